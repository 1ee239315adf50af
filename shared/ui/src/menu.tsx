import {
  cloneElement,
  createContext,
  lazy,
  Suspense,
  use,
  useRef,
  useState,
  type ComponentProps,
  type ComponentType,
  type MouseEvent,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
} from 'react';

const load = () => import('./menu-popup.tsx');
const MenuPopup = lazy(() => load().then(({ MenuPopup: popup }) => ({ default: popup })));

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement<ComponentProps<'button'>>;
  readonly children: ReactNode;
  readonly align?: 'start' | 'end';
}

/** A menu of commands. Its code is loaded once a pointer or the focus reaches the button of one. */
export function Menu({ trigger, children, align = 'start' }: MenuProps) {
  const [opened, setOpened] = useState<'key' | 'pointer' | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const preload = () => void load();
  return (
    <>
      {/* The button passes the reference on; it is read when the menu opens. */}
      {/* oxlint-disable-next-line react/refs */}
      {cloneElement(trigger, {
        ref: button,
        'aria-haspopup': 'menu',
        'aria-expanded': opened !== null,
        onPointerEnter: preload,
        onFocus: preload,
        // A click without a pointer (detail 0) comes from Enter or space.
        onClick: (event: MouseEvent) =>
          setOpened(opened !== null ? null : event.detail === 0 ? 'key' : 'pointer'),
        onKeyDown(event: KeyboardEvent) {
          if (opened !== null || event.key !== 'ArrowDown') return;
          event.preventDefault();
          setOpened('key');
        },
      })}
      {opened !== null && (
        <Suspense fallback={null}>
          <MenuPopup anchor={button} onClose={() => setOpened(null)} align={align} isByKey={opened === 'key'}>
            {children}
          </MenuPopup>
        </Suspense>
      )}
    </>
  );
}

export interface MenuItemProps {
  readonly onSelect: () => void;
  readonly children: ReactNode;
  /** Keys that do the same, at the right edge. */
  readonly keys?: string | undefined;
  readonly isDanger?: boolean;
  readonly isDisabled?: boolean;
  /** Why it is disabled, or what it means. */
  readonly hint?: string | undefined;
}

export interface MenuCheckboxItemProps {
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
  readonly children: ReactNode;
}

export interface MenuGroupProps {
  readonly label: string;
  readonly children: ReactNode;
}

interface Parts {
  readonly Item: ComponentType<MenuItemProps>;
  readonly CheckboxItem: ComponentType<MenuCheckboxItemProps>;
  readonly Group: ComponentType<MenuGroupProps>;
  readonly Separator: ComponentType;
}

/** What an open menu draws its children with. */
export const MenuParts = createContext<Parts | null>(null);

function useParts(): Parts {
  const parts = use(MenuParts);
  if (parts === null) throw new Error('items of menus are children of a menu');
  return parts;
}

export function MenuItem(props: MenuItemProps) {
  const { Item } = useParts();
  return <Item {...props} />;
}

/** An item that is on or off; the menu stays open. */
export function MenuCheckboxItem(props: MenuCheckboxItemProps) {
  const { CheckboxItem } = useParts();
  return <CheckboxItem {...props} />;
}

export function MenuGroup(props: MenuGroupProps) {
  const { Group } = useParts();
  return <Group {...props} />;
}

export function MenuSeparator() {
  const { Separator } = useParts();
  return <Separator />;
}
