import {
  cloneElement,
  Suspense,
  use,
  useRef,
  useState,
  type ComponentProps,
  type MouseEvent,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
} from 'react';
import {
  MenuParts,
  type MenuCheckboxItemProps,
  type MenuGroupProps,
  type MenuItemProps,
  type Parts,
} from './menu-parts.tsx';
import { lazily } from './lazily.tsx';

const load = () => import('./menu-popup.tsx');
const MenuPopup = lazily(() => load().then(({ MenuPopup: popup }) => popup));

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
  // What cannot be loaded is reported once the menu opens.
  const preload = () => void load().catch(() => undefined);
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
