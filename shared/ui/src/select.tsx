import { Select as Base } from '@base-ui/react/select';
import { clsx } from 'clsx';
import { Check, ChevronDown } from 'lucide-react';

export interface Option {
  readonly value: string;
  readonly label: string;
}

interface SelectProps {
  readonly options: readonly Option[];
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Name for screen readers where no label is tied to it. */
  readonly label?: string;
  readonly id?: string;
  readonly className?: string;
  readonly isDisabled?: boolean;
  readonly 'aria-describedby'?: string | undefined;
  readonly 'aria-invalid'?: boolean | undefined;
}

/** A choice of one among few. */
export function Select({ options, value, onChange, label, className, isDisabled, ...control }: SelectProps) {
  const { 'aria-describedby': describedBy, 'aria-invalid': isInvalid, id } = control;
  return (
    <Base.Root
      items={[...options]}
      value={value}
      onValueChange={(next) => next !== null && onChange(next)}
      disabled={isDisabled === true}
      {...(id === undefined ? {} : { id })}
    >
      <Base.Trigger
        {...(label === undefined ? {} : { 'aria-label': label })}
        {...(describedBy === undefined ? {} : { 'aria-describedby': describedBy })}
        {...(isInvalid === true ? { 'aria-invalid': true } : {})}
        className={clsx(
          'inline-flex h-8 items-center justify-between gap-2 rounded-md border border-line-strong bg-panel px-2.5 text-left',
          'aria-invalid:border-bad data-disabled:opacity-60',
          className,
        )}
      >
        <Base.Value className="truncate" />
        <Base.Icon className="text-muted">
          <ChevronDown size={14} aria-hidden />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
          <Base.Popup className="max-h-80 min-w-(--anchor-width) overflow-y-auto rounded-md border border-line bg-raised p-1 shadow-popup outline-none">
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                className="flex items-center gap-2 rounded px-2 py-1.5 outline-none select-none data-highlighted:bg-selected"
              >
                <span className="inline-flex w-4">
                  <Base.ItemIndicator>
                    <Check size={14} aria-hidden />
                  </Base.ItemIndicator>
                </span>
                <Base.ItemText>{option.label}</Base.ItemText>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
