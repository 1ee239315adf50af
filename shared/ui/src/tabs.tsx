import { Tabs as Base } from '@base-ui/react/tabs';
import { clsx } from 'clsx';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { useOverflow } from './use-overflow.ts';

interface TabsProps {
  readonly tabs: readonly { readonly id: string; readonly title: ReactNode }[];
  readonly value: string;
  readonly onChange: (id: string) => void;
  readonly label: string;
  /** Content of the selected tab. */
  readonly children: ReactNode;
}

/** Tabs above their panel; the arrow keys move between them. Where they do not fit they scroll, and the selected one stays in view. */
export function Tabs({ tabs, value, onChange, label, children }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const { before, after } = useOverflow(list);
  const selected = tabs.findIndex(({ id }) => id === value);
  useEffect(() => {
    list.current?.children[selected]?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [selected]);
  const scroll = (pages: number) => {
    const { current } = list;
    current?.scrollBy({ left: pages * current.clientWidth * 0.7 });
  };
  return (
    <Base.Root
      value={value}
      onValueChange={(next) => onChange(String(next))}
      className="flex min-w-0 flex-col"
    >
      <div className="relative min-w-0 shrink-0 border-b border-line">
        <Base.List
          ref={list}
          aria-label={label}
          activateOnFocus
          className="-mb-px flex [scrollbar-width:none] gap-1 overflow-x-auto"
        >
          {tabs.map(({ id, title }) => (
            <Base.Tab
              key={id}
              value={id}
              className="shrink-0 scroll-mx-10 rounded-t border-b-2 border-transparent px-3 py-2 font-medium whitespace-nowrap text-muted outline-offset-[-2px] hover:text-text data-active:border-accent data-active:text-text"
            >
              {title}
            </Base.Tab>
          ))}
        </Base.List>
        {before && <More side="left" onClick={() => scroll(-1)} />}
        {after && <More side="right" onClick={() => scroll(1)} />}
      </div>
      <Base.Panel value={value} tabIndex={-1} className="min-w-0 pt-4 outline-none">
        {children}
      </Base.Panel>
    </Base.Root>
  );
}

/** Says that there are more tabs on a side, and scrolls there; for pointers only, since keys reach every tab. */
function More({ side, onClick }: { readonly side: 'left' | 'right'; readonly onClick: () => void }) {
  const Icon = side === 'left' ? ChevronLeft : ChevronRight;
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-hidden
      onClick={onClick}
      className={clsx(
        'absolute inset-y-0 flex w-8 items-center justify-center from-bg from-60% to-transparent text-muted hover:text-text',
        side === 'left' ? 'left-0 bg-linear-to-r' : 'right-0 bg-linear-to-l',
      )}
    >
      <Icon size={16} />
    </button>
  );
}
