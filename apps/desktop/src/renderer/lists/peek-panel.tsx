import type { Kind } from '@portolan/console/kinds/kind';
import { Button, buttonClass } from '@portolan/ui/button';
import { Maximize2, X } from 'lucide-react';
import { RowActions } from '../actions/row-actions.tsx';
import { useDetail } from '../data/use-detail.ts';
import { shown } from '../data/headings.ts';
import { DetailView } from '../details/detail-view.tsx';

interface PeekPanelProps {
  readonly kind: Kind;
  readonly id: string;
  readonly tab: string | undefined;
  readonly href: string;
  readonly onTab: (tab: string) => void;
  readonly onClose: () => void;
}

/** The object under the cursor beside its list; on narrow screens over it. */
export function PeekPanel({ kind, id, tab, href, onTab, onClose }: PeekPanelProps) {
  const { data } = useDetail(kind, id);
  const label = data === undefined || data === null ? id : kind.label(data.row);
  return (
    <aside
      aria-label={`${kind.singular} ${shown(label)}`}
      className="fixed inset-0 z-30 flex flex-col gap-3 overflow-y-auto bg-panel p-4 lg:static lg:z-0 lg:w-[26rem] lg:shrink-0 lg:border-l lg:border-line xl:w-[34rem]"
    >
      <header className="flex items-center gap-2">
        <h2 className="min-w-0 flex-1 truncate text-lg font-semibold">{shown(label)}</h2>
        {data !== undefined && data !== null && <RowActions kind={kind} row={data.row} />}
        <a href={href} className={buttonClass('quiet', 'icon')} aria-label="Open on its own page">
          <Maximize2 size={14} aria-hidden />
        </a>
        <Button variant="quiet" size="icon" aria-label="Close" onClick={onClose}>
          <X size={16} aria-hidden />
        </Button>
      </header>
      <DetailView key={id} kind={kind} id={id} tab={tab} onTab={onTab} />
    </aside>
  );
}
