import { Menu as Base } from '@base-ui/react/menu';
import { clsx } from 'clsx';
import { useRef, type FocusEvent, type ReactNode, type RefObject } from 'react';
import {
  MenuParts,
  type MenuCheckboxItemProps,
  type MenuGroupProps,
  type MenuItemProps,
} from './menu-parts.tsx';

const ITEM =
  'flex w-full items-center gap-2 rounded px-2 py-1.5 text-left outline-none select-none data-highlighted:bg-selected data-disabled:opacity-55';

interface MenuPopupProps {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly align: 'start' | 'end';
  /** Opened by a key, it begins at its first item (ARIA Authoring Practices, menu button). */
  readonly isByKey: boolean;
}

/** What `Menu` shows while it is open. */
export function MenuPopup({ anchor, onClose, children, align, isByKey }: MenuPopupProps) {
  const isEntered = useRef(!isByKey);
  const enter = ({ currentTarget, target }: FocusEvent<HTMLElement>) => {
    if (isEntered.current || target !== currentTarget) return;
    isEntered.current = true;
    currentTarget.querySelector<HTMLElement>('[role^=menuitem]')?.focus();
  };
  return (
    <Base.Root
      open
      onOpenChange={(isOpen, { event }) => {
        // A press of the trigger closes it by itself.
        const isTrigger = event.target instanceof Node && anchor.current?.contains(event.target) === true;
        if (!isOpen && !isTrigger) onClose();
      }}
    >
      <Base.Portal>
        <Base.Positioner anchor={anchor} sideOffset={4} align={align} className="z-50">
          <Base.Popup
            finalFocus={anchor}
            onFocus={enter}
            className="max-h-[70vh] max-w-sm min-w-48 overflow-y-auto rounded-md border border-line bg-raised p-1 shadow-popup outline-none"
          >
            <MenuParts value={PARTS}>{children}</MenuParts>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Item({ onSelect, children, keys, isDanger, isDisabled, hint }: MenuItemProps) {
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

function CheckboxItem({ isChecked, onChange, children }: MenuCheckboxItemProps) {
  return (
    <Base.CheckboxItem checked={isChecked} onCheckedChange={onChange} closeOnClick={false} className={ITEM}>
      <span className="inline-flex w-4 justify-center" aria-hidden>
        {isChecked ? '✓' : ''}
      </span>
      <span className="min-w-0 flex-1 truncate">{children}</span>
    </Base.CheckboxItem>
  );
}

function Group({ label, children }: MenuGroupProps) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2 pt-2 pb-1 text-xs font-medium text-muted">{label}</Base.GroupLabel>
      {children}
    </Base.Group>
  );
}

function Separator() {
  return <Base.Separator className="my-1 h-px bg-line" />;
}

const PARTS = { Item, CheckboxItem, Group, Separator };
