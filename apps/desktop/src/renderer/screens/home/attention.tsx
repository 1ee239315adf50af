import { alerts } from '@portolan/console/kinds/alerts';
import { brokers } from '@portolan/console/kinds/brokers';
import { clusters } from '@portolan/console/kinds/clusters';
import type { Kind } from '@portolan/console/kinds/kind';
import { keys } from '@portolan/console/kinds/keys';
import { problems } from '@portolan/console/kinds/problems';
import { tunnels } from '@portolan/console/kinds/tunnels';
import type { Permission } from '@portolan/contract/permissions';
import { Badge } from '@portolan/ui/badge';
import { Card } from '@portolan/ui/card';
import { CircleCheck } from 'lucide-react';
import { ErrorPanel } from '../../data/error-panel.tsx';
import { KindLink } from '../../lists/kind-link.tsx';
import { useCounting, type Counted } from './counts.ts';

/** Something that is not as it should be, as the list behind it counts it. */
interface Concern {
  readonly kind: Kind;
  readonly filter: string;
  readonly permission: Permission;
  readonly tone: 'bad' | 'warn';
  readonly one: string;
  readonly many: string;
}

const CONCERNS: readonly Concern[] = [
  {
    kind: alerts,
    filter: 'state=firing',
    permission: 'alerts.read',
    tone: 'bad',
    one: 'alert is firing',
    many: 'alerts are firing',
  },
  {
    kind: clusters,
    filter: 'state=disconnected',
    permission: 'clusters.read',
    tone: 'bad',
    one: 'cluster is disconnected',
    many: 'clusters are disconnected',
  },
  {
    kind: problems,
    filter: 'severity=error',
    permission: 'resources.read',
    tone: 'bad',
    one: 'resource is not served as written',
    many: 'resources are not served as written',
  },
  {
    kind: brokers,
    filter: 'state=down',
    permission: 'clusters.read',
    tone: 'bad',
    one: 'broker is down',
    many: 'brokers are down',
  },
  {
    kind: clusters,
    filter: 'state=degraded',
    permission: 'clusters.read',
    tone: 'warn',
    one: 'cluster has fewer tunnels than it wants',
    many: 'clusters have fewer tunnels than they want',
  },
  {
    kind: tunnels,
    filter: 'state!=live',
    permission: 'clusters.read',
    tone: 'warn',
    one: 'tunnel is not up',
    many: 'tunnels are not up',
  },
  {
    kind: problems,
    filter: 'severity=warning',
    permission: 'resources.read',
    tone: 'warn',
    one: 'warning about a resource',
    many: 'warnings about resources',
  },
  {
    kind: keys,
    filter: 'state=active expiresAt<now+168h',
    permission: 'keys.read',
    tone: 'warn',
    one: 'API key expires within a week',
    many: 'API keys expire within a week',
  },
];

/** Whether everything is well, and if not, where. What could not be read is not called well. */
export function Attention() {
  const found = CONCERNS.map((concern) => ({
    concern,
    // The concerns are a fixed list: their hooks are always called in the same order.
    // oxlint-disable-next-line react/rules-of-hooks
    ...useCounting(concern.kind, concern.permission, concern.filter),
  }));
  const open = found.filter(({ data }) => (data?.matched ?? 0) > 0);
  const failed = found.filter(({ error, data }) => error !== null && data === undefined);
  const isReading = found.some(({ isLoading }) => isLoading);
  const retry = () => failed.forEach(({ refetch }) => void refetch());
  return (
    <Card title="Needs attention">
      {open.length > 0 && (
        <ul className="flex flex-col gap-1.5">
          {open.map(({ concern, data }) => (
            <Line key={`${concern.kind.name} ${concern.filter}`} concern={concern} count={data} />
          ))}
        </ul>
      )}
      {failed[0] !== undefined && <ErrorPanel error={failed[0].error} onRetry={retry} />}
      {open.length === 0 && failed.length === 0 && (
        <p role="status" className="flex items-center gap-2 text-muted">
          {!isReading && <CircleCheck size={16} aria-hidden className="text-ok" />}
          {isReading ? 'Checking …' : 'Nothing: everything is served and connected.'}
        </p>
      )}
    </Card>
  );
}

function Line({ concern, count }: { readonly concern: Concern; readonly count: Counted | undefined }) {
  const { kind, filter, tone, one, many } = concern;
  const matched = count?.matched ?? 0;
  return (
    <li>
      <KindLink
        kind={kind.name}
        filter={filter}
        className="-mx-2 flex items-center gap-2 rounded-md px-2 py-1 hover:bg-hover"
      >
        <Badge tone={tone}>{matched}</Badge>
        <span>{matched === 1 ? one : many}</span>
      </KindLink>
    </li>
  );
}
