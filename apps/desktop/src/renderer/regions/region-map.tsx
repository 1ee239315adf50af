import { brokers } from '@portolan/console/kinds/brokers';
import { clusters } from '@portolan/console/kinds/clusters';
import { counted, formatMs, toneOf } from '@portolan/console/kinds/format';
import { tunnels } from '@portolan/console/kinds/tunnels';
import { Badge } from '@portolan/ui/badge';
import { EmptyState } from '@portolan/ui/empty-state';
import { Input } from '@portolan/ui/input';
import { Loading } from '@portolan/ui/loading';
import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { Globe } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { ErrorPanel } from '../data/error-panel.tsx';
import { useRows } from '../data/use-rows.ts';
import { shown } from '../data/headings.ts';
import { badgeTone } from '../details/tones.ts';
import { useTitle } from '../frame/use-title.ts';
import { useScreenSearch } from '../screens/use-screen-search.ts';
import { useSession } from '../session/session-context.tsx';
import {
  CARD,
  GAP,
  placeRegions,
  REGION_HEAD,
  type PlacedCluster,
  type RegionMap as Placed,
} from './layout.ts';
import { TunnelLines } from './tunnel-lines.tsx';

const CLUSTERS_MAX = 40;

/** Clusters, the brokers they hold tunnels to, region by region, and the state of each, live. */
export function RegionMap() {
  useTitle('Regions');
  const search = useScreenSearch();
  const text = search.get('clusters');
  const clusterRows = useRows(clusters, { filter: text, sort: 'name' });
  const brokerRows = useRows(brokers, { filter: '', sort: 'id' });
  const tunnelRows = useRows(tunnels, { filter: '', sort: 'cluster' });
  const placed = useMemo(
    () => placeRegions(clusterRows.rows.slice(0, CLUSTERS_MAX), brokerRows.rows, tunnelRows.rows),
    [clusterRows.rows, brokerRows.rows, tunnelRows.rows],
  );
  const error = clusterRows.error ?? brokerRows.error ?? tunnelRows.error;
  const isLoading = [clusterRows, brokerRows, tunnelRows].some(({ data }) => data === undefined);
  return (
    <div className="flex flex-col gap-4 p-4 md:p-6">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="text-2xl font-semibold">Regions</h1>
        <Input
          aria-label="Clusters"
          placeholder="Clusters: words or a filter"
          className="sm:ml-auto sm:max-w-64"
          value={text}
          onChange={(event) => search.set({ clusters: event.target.value })}
        />
      </header>
      {error !== null && <ErrorPanel error={error} onRetry={() => void clusterRows.refetch()} />}
      {isLoading && error === null && <Loading className="h-80 w-full" />}
      {!isLoading && placed.clusters.length === 0 && placed.regions.length === 0 ? (
        <EmptyState icon={<Globe size={32} />} title="No clusters and no brokers yet">
          Brokers register themselves; a cluster appears once its agent has connected.
        </EmptyState>
      ) : (
        !isLoading && (
          <>
            <Picture placed={placed} />
            <p className="text-sm text-muted max-md:hidden">
              Solid lines are live tunnels, dashed ones drain, dotted ones are down; wider lines carry more
              streams.
            </p>
          </>
        )
      )}
      {clusterRows.matched > CLUSTERS_MAX && (
        <p className="text-sm text-muted">
          Showing {CLUSTERS_MAX} of {clusterRows.matched} clusters. Filter to see others.
        </p>
      )}
    </div>
  );
}

function Picture({ placed }: { readonly placed: Placed }) {
  /** Id of the cluster or broker whose tunnels stand out. */
  const [focus, setFocus] = useState<string | null>(null);
  const highlight = (id: string) => ({
    onMouseEnter: () => setFocus(id),
    onMouseLeave: () => setFocus(null),
    onFocus: () => setFocus(id),
    onBlur: () => setFocus(null),
  });
  return (
    <div className="grid gap-y-6 md:grid-cols-[minmax(14rem,1fr)_minmax(6rem,1.2fr)_minmax(14rem,1fr)]">
      <section aria-label="Clusters">
        <ul className="flex flex-col" style={{ gap: GAP }}>
          {placed.clusters.map((one) => (
            <li key={one.cluster.id} {...highlight(one.cluster.id)}>
              <ClusterCard placed={one} />
            </li>
          ))}
        </ul>
        {placed.clusters.length === 0 && <p className="text-muted">No cluster matches.</p>}
      </section>
      <TunnelLines placed={placed} focus={focus} />
      <div>
        {placed.regions.map(({ name, brokers: own }) => (
          <section key={name} aria-label={`Region ${name}`}>
            <h2 className="flex items-center text-sm font-medium text-muted" style={{ height: REGION_HEAD }}>
              {shown(name)}
            </h2>
            <ul>
              {own.map(({ broker }) => (
                <li key={broker.id} style={{ paddingBottom: GAP }} {...highlight(broker.id)}>
                  <Card
                    kind="brokers"
                    id={broker.id}
                    name={broker.id}
                    badge={<StateBadge state={stateOf(broker)} />}
                  >
                    {counted(broker.sessions, 'tunnel')}, {counted(broker.connections, 'connection')}
                  </Card>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}

function stateOf({
  approval,
  state,
  drainedAt,
}: Placed['regions'][number]['brokers'][number]['broker']): string {
  if (approval !== 'approved') return approval;
  return drainedAt === null ? state : 'drained';
}

function ClusterCard({ placed: { cluster, tunnels: own } }: { readonly placed: PlacedCluster }) {
  const live = own.filter(({ state }) => state === 'live');
  return (
    <Card kind="clusters" id={cluster.id} name={cluster.name} badge={<StateBadge state={cluster.state} />}>
      {cluster.tunnels.live} of {cluster.tunnels.wanted} tunnels
      {live.length > 0 && (
        <span className="sr-only">
          :{' '}
          {live
            .map(({ brokerId, region, rttMs }) => `${brokerId} in ${region}, ${formatMs(rttMs)}`)
            .join('; ')}
        </span>
      )}
      {live.length > 0 && <span aria-hidden>, {fastest(live.flatMap(({ rttMs }) => rttMs ?? []))}</span>}
    </Card>
  );
}

function fastest(times: readonly number[]): string {
  return times.length === 0 ? 'not measured yet' : `from ${formatMs(Math.min(...times))}`;
}

function StateBadge({ state }: { readonly state: string }) {
  return <Badge tone={badgeTone(toneOf(state)) ?? 'muted'}>{state}</Badge>;
}

interface CardProps {
  readonly kind: 'clusters' | 'brokers';
  readonly id: string;
  readonly name: string;
  readonly badge: ReactNode;
  readonly children: ReactNode;
}

function Card({ kind, id, name, badge, children }: CardProps) {
  const { workspace } = useSession();
  return (
    <Link
      to="/w/$workspace/$kind/$id"
      params={{ workspace, kind, id }}
      search={{}}
      style={{ height: CARD }}
      className={clsx(
        'flex flex-col justify-center gap-0.5 rounded-lg border border-line bg-panel px-3 hover:bg-hover',
      )}
    >
      <span className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{shown(name)}</span>
        {badge}
      </span>
      <span className="truncate text-sm text-muted">{children}</span>
    </Link>
  );
}
