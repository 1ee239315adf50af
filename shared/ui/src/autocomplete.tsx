import { Autocomplete as Base } from '@base-ui/react/autocomplete';
import { clsx } from 'clsx';

interface AutocompleteProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Texts that complete it; anything else may be typed as well. */
  readonly items: readonly string[];
  readonly id?: string;
  readonly placeholder?: string | undefined;
  readonly className?: string;
  readonly 'aria-describedby'?: string | undefined;
  readonly 'aria-invalid'?: boolean | undefined;
  readonly 'aria-required'?: boolean | undefined;
}

const SHOWN_MAX = 50;

/** A text field that suggests how to complete it. */
export function Autocomplete({ value, onChange, items, className, ...control }: AutocompleteProps) {
  return (
    <Base.Root items={items} value={value} onValueChange={onChange} limit={SHOWN_MAX} openOnInputClick>
      <Base.Input
        {...control}
        className={clsx(
          'h-8 w-full rounded-md border border-line-strong bg-panel px-2.5 aria-invalid:border-bad',
          className,
        )}
      />
      <Base.Portal>
        <Base.Positioner sideOffset={4} className="z-50">
          <Base.Popup className="max-h-64 w-(--anchor-width) overflow-y-auto rounded-md border border-line bg-raised p-1 shadow-popup data-empty:hidden">
            <Base.List>
              {(item: string) => (
                <Base.Item
                  key={item}
                  value={item}
                  className="truncate rounded px-2 py-1 outline-none select-none data-highlighted:bg-selected"
                >
                  {item}
                </Base.Item>
              )}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
