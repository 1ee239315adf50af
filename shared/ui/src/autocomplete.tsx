import { Autocomplete as Base } from '@base-ui/react/autocomplete';
import { clsx } from 'clsx';
import { useState } from 'react';

interface AutocompleteProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Texts that complete it; anything else may be typed as well. */
  readonly items: readonly string[];
  readonly id?: string;
  /** Name for screen readers where no label is tied to it. */
  readonly 'aria-label'?: string;
  readonly placeholder?: string | undefined;
  readonly className?: string;
  readonly 'aria-describedby'?: string | undefined;
  readonly 'aria-invalid'?: boolean | undefined;
  readonly 'aria-required'?: boolean | undefined;
}

const SHOWN_MAX = 50;

/** A text field that suggests how to complete it. */
export function Autocomplete({ value, onChange, items, className, ...control }: AutocompleteProps) {
  const [isOpen, setOpen] = useState(false);
  const typed = value.trim().toLowerCase();
  const matching = items.filter((item) => item.toLowerCase().includes(typed)).slice(0, SHOWN_MAX);
  // An open list hides the rest of the page from screen readers: without anything to choose there is none.
  const isOffering = isOpen && matching.some((item) => item !== value);
  return (
    <Base.Root
      items={matching}
      filter={null}
      value={value}
      onValueChange={onChange}
      open={isOffering}
      onOpenChange={setOpen}
      openOnInputClick
    >
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
