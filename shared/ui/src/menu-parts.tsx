import { createContext, type ComponentType, type ReactNode } from 'react';

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

export interface Parts {
  readonly Item: ComponentType<MenuItemProps>;
  readonly CheckboxItem: ComponentType<MenuCheckboxItemProps>;
  readonly Group: ComponentType<MenuGroupProps>;
  readonly Separator: ComponentType;
}

/** What an open menu draws its children with. */
export const MenuParts = createContext<Parts | null>(null);
