import type { Kind, Tab } from '@portolan/console/kinds/kind';
import { inText } from '@portolan/console/kinds/format';
import { EmptyState } from '@portolan/ui/empty-state';
import { Skeleton } from '@portolan/ui/skeleton';
import { Tabs } from '@portolan/ui/tabs';
import { SearchX } from 'lucide-react';
import { ErrorPanel } from '../data/error-panel.tsx';
import { useNow } from '../data/times.ts';
import { useDetail, useTab } from '../data/use-detail.ts';
import { BlockList } from './block-view.tsx';
import { ExtraTab, withExtraTabs } from './extra-tabs.tsx';

interface DetailViewProps {
  readonly kind: Kind;
  readonly id: string;
  /** Tab that is shown; the first when it is none of them. */
  readonly tab: string | undefined;
  readonly onTab: (id: string) => void;
}

/** The tabs of an object, the same as in the terminal. */
export function DetailView({ kind, id, tab, onTab }: DetailViewProps) {
  const { data, error, refetch } = useDetail(kind, id);
  const now = useNow();
  if (error !== null && data === undefined)
    return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <DetailSkeleton />;
  if (data === null)
    return (
      <EmptyState icon={<SearchX size={32} />} title={`There is no ${inText(kind.singular)} ${id}`}>
        It was deleted, or the address is wrong.
      </EmptyState>
    );
  const own = kind.tabs(data.row, data.loaded, now);
  const all = withExtraTabs(kind.name, own);
  const current = all.find((one) => one.id === tab) ?? all[0];
  if (current === undefined) return null;
  const ownTab = own.find((one) => one.id === current.id);
  return (
    <Tabs tabs={all} value={current.id} onChange={onTab} label={`Parts of ${kind.label(data.row)}`}>
      {ownTab === undefined ? (
        <ExtraTab kind={kind.name} id={current.id} row={data.row} />
      ) : (
        <TabView key={ownTab.id} kind={kind} id={id} tab={ownTab} />
      )}
    </Tabs>
  );
}

function TabView({ kind, id, tab }: { readonly kind: Kind; readonly id: string; readonly tab: Tab }) {
  const { data, error, isLoading, refetch } = useTab(kind, id, tab);
  return (
    <div className="flex flex-col gap-5">
      {tab.blocks.length > 0 && <BlockList blocks={tab.blocks} />}
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {isLoading && <DetailSkeleton />}
      {data !== undefined && <BlockList blocks={data} />}
    </div>
  );
}

function DetailSkeleton() {
  return (
    <div className="flex flex-col gap-2 pt-2" role="status" aria-label="Loading">
      {[60, 80, 45, 70].map((width) => (
        <div key={width} className="flex gap-6">
          <Skeleton className="h-4 w-28" />
          <Skeleton className="h-4 w-48" />
        </div>
      ))}
    </div>
  );
}
