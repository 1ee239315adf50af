import { Menu as Base } from '@base-ui/react/menu';
import { clsx } from 'clsx';
import type { ReactElement, ReactNode } from 'react';

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement;
  readonly children: ReactNode;
  readonly align?: 'start' | 'end';
}

const ITEM =
  'flex w-full items-center gap-2 rounded px-2 py-1.5 text-left outline-none select-none data-highlighted:bg-selected data-disabled:opacity-55';

/** A menu of commands. */
export function Menu({ trigger, children, align = 'start' }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} className="z-50">
          <Base.Popup className="max-h-[70vh] max-w-sm min-w-48 overflow-y-auto rounded-md border border-line bg-raised p-1 shadow-popup outline-none">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

interface MenuItemProps {
  readonly onSelect: () => void;
  readonly children: ReactNode;
  /** Keys that do the same, at the right edge. */
  readonly keys?: string | undefined;
  readonly isDanger?: boolean;
  readonly isDisabled?: boolean;
  /** Why it is disabled, or what it means. */
  readonly hint?: string | undefined;
}

export function MenuItem({ onSelect, children, keys, isDanger, isDisabled, hint }: MenuItemProps) {
  return (
    <Base.Item
      onClick={onSelect}
      disabled={isDisabled === true}
      className={clsx(ITEM, isDanger === true && 'text-bad')}
    >
      <span className="min-w-0 flex-1">
        <span className="block truncate">{children}</span>
        {hint !== undefined && <span className="block text-sm text-muted">{hint}</span>}
      </span>
      {keys !== undefined && <kbd className="font-mono text-xs text-muted">{keys}</kbd>}
    </Base.Item>
  );
}

/** An item that is on or off; the menu stays open. */
export function MenuCheckboxItem({
  isChecked,
  onChange,
  children,
}: {
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
  readonly children: ReactNode;
}) {
  return (
    <Base.CheckboxItem checked={isChecked} onCheckedChange={onChange} closeOnClick={false} className={ITEM}>
      <span className="inline-flex w-4 justify-center" aria-hidden>
        {isChecked ? '✓' : ''}
      </span>
      <span className="min-w-0 flex-1 truncate">{children}</span>
    </Base.CheckboxItem>
  );
}

export function MenuGroup({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2 pt-2 pb-1 text-xs font-medium text-muted">{label}</Base.GroupLabel>
      {children}
    </Base.Group>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="my-1 h-px bg-line" />;
}
