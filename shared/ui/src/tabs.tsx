import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

interface TabsProps {
  readonly tabs: readonly { readonly id: string; readonly title: ReactNode }[];
  readonly value: string;
  readonly onChange: (id: string) => void;
  readonly label: string;
  /** Content of the selected tab. */
  readonly children: ReactNode;
}

/** Tabs above their panel; the arrow keys move between them. */
export function Tabs({ tabs, value, onChange, label, children }: TabsProps) {
  return (
    <Base.Root
      value={value}
      onValueChange={(next) => onChange(String(next))}
      className="flex min-w-0 flex-col"
    >
      <Base.List
        aria-label={label}
        activateOnFocus
        className="flex shrink-0 gap-1 overflow-x-auto border-b border-line"
      >
        {tabs.map(({ id, title }) => (
          <Base.Tab
            key={id}
            value={id}
            className="-mb-px shrink-0 rounded-t border-b-2 border-transparent px-3 py-2 font-medium whitespace-nowrap text-muted outline-offset-[-2px] hover:text-text data-active:border-accent data-active:text-text"
          >
            {title}
          </Base.Tab>
        ))}
      </Base.List>
      <Base.Panel value={value} tabIndex={-1} className="min-w-0 pt-4 outline-none">
        {children}
      </Base.Panel>
    </Base.Root>
  );
}
