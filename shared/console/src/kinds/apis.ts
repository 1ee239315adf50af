import { ageColumn } from './age-column.ts';
import { objectCopies } from './copies.ts';
import { listApis, type ApiView } from '@portolan/contract/resources';
import { getMetrics, type Figures } from '@portolan/contract/telemetry';
import { toned, type Block } from './block.ts';
import { formatAge, formatMs, formatNumber, formatOwner, formatTime, toneOf } from './format.ts';
import type { Kind, Session } from './kind.ts';
import { alertsTab, auditTab, logsTab } from './related-tabs.ts';
import { objectTraces, quoted } from './traces.ts';
import { requestsTab } from './requests-tab.ts';
import { specTab } from './spec-tab.ts';
import { consumersTab } from './consumers.ts';
import { manifestTab } from './manifest-tab.ts';
import { formatPercent } from './figure-words.ts';
import { readChanges } from './change-marks.ts';
import { callersTab, operationsTab, trafficTab } from './traffic-tabs.ts';
import { rateBlocks, rateColumns, type RateParts } from './api-rates.ts';

const RATE_WINDOW_MS = 30 * 60_000;

/** APIs as the agents' manifests describe them, with live figures. */
export const apis: Kind<ApiView> = {
  name: 'apis',
  singular: 'api',
  title: 'APIs',
  aliases: ['api'],
  // Addresses are those of brokers.
  topics: ['apis', 'resources', 'metrics', 'brokers'],
  sort: 'name',
  pollMs: 10_000,
  empty:
    'No APIs yet. Press n to create one, add a manifest to a directory an agent reads, or run `portolan apply -f FILE`.',
  columns: [
    { id: 'name', title: 'NAME', type: 'text', value: (row) => row.name, min: 12, max: 36 },
    { id: 'namespace', drop: 5, title: 'NAMESPACE', type: 'text', value: (row) => row.namespace, max: 18 },
    { id: 'path', title: 'PATH', type: 'text', value: pathOf, min: 6, max: 24 },
    { id: 'version', drop: 4, title: 'VERSION', type: 'text', value: (row) => row.currentVersion, max: 12 },
    { id: 'access', title: 'ACCESS', type: 'text', value: accessGroups, max: 26 },
    { id: 'cluster', drop: 6, title: 'CLUSTER', type: 'text', value: (row) => row.cluster, max: 16 },
    { id: 'state', title: 'SYNC', type: 'text', value: (row) => row.state, tone: (row) => toneOf(row.state) },
    ...rateColumns,
    {
      id: 'collections',
      title: 'COLLECTIONS',
      type: 'text',
      value: (row) => row.collections,
      wide: true,
      max: 24,
    },
    { id: 'gateways', title: 'GATEWAYS', type: 'text', value: (row) => row.gateways, wide: true, max: 24 },
    {
      id: 'owner',
      title: 'OWNER',
      type: 'text',
      value: (row) => formatOwner(row.owner),
      wide: true,
      max: 40,
    },
    { id: 'url', title: 'URL', type: 'text', value: (row) => row.urls, wide: true, max: 60 },
    ageColumn('updatedAt', 'AGE', (row) => row.updatedAt, { drop: 7 }),
  ],
  id: (row) => `${row.clusterId}/${row.key}`,
  label: (row) => row.name,
  fetch: ({ client, workspace }, query, signal) =>
    client.call(listApis, { params: { workspace }, query }, signal),
  inside: insideOf,
  load: loadRates,
  copies: objectCopies,
  traces: objectTraces,
  tabs(row, loaded, now) {
    const parts = loaded as RateParts | null;
    return [
      {
        id: 'overview',
        title: 'Overview',
        blocks: [overview(row, now), ...rateBlocks(parts, now)],
      },
      trafficTab(measuredOf(row)),
      { id: 'access', title: 'Access', blocks: [access(row)] },
      { id: 'routes', title: 'Routes', blocks: [routes(row)] },
      specTab({ ...row, measured: { namespace: row.namespace, name: row.name } }),
      { id: 'versions', title: 'Versions', blocks: [versions(row)] },
      requestsTab(row),
      consumersTab(row),
      operationsTab(measuredOf(row)),
      callersTab(measuredOf(row)),
      logsTab(quoted(row.name)),
      alertsTab({ kind: 'api', namespace: row.namespace, name: row.name }, now),
      auditTab(objectTraces(row)),
      manifestTab(row),
    ];
  },
};

function measuredOf({ namespace, name, clusterId }: ApiView) {
  return { namespace, name, cluster: clusterId };
}

function insideOf(row: ApiView) {
  if (row.versions.length === 0) return null;
  return { kind: 'versions', filter: `api=${quoted(row.name)} cluster=${quoted(row.cluster)}` };
}

async function loadRates(session: Session, row: ApiView, signal?: AbortSignal): Promise<RateParts> {
  const since = new Date(Date.now() - RATE_WINDOW_MS);
  const { namespace, name } = row;
  const [points, changes] = await Promise.all([
    loadPoints(session, row, since.toISOString(), signal),
    readChanges(session, { since, namespace, name }, signal),
  ]);
  return { points, changes: changes.filter(({ touches }) => touches) };
}

async function loadPoints(
  { client, workspace }: Session,
  row: ApiView,
  since: string,
  signal?: AbortSignal,
): Promise<readonly Figures[]> {
  const query = {
    kind: 'api',
    namespace: row.namespace,
    name: row.name,
    cluster: row.clusterId,
    since,
  } as const;
  const { series } = await client.call(getMetrics, { params: { workspace }, query }, signal);
  return series.find((one) => one.name === row.name && one.namespace === row.namespace)?.points ?? [];
}

function accessGroups(row: ApiView): readonly string[] {
  if (row.access.some((one) => one.any)) return ['everyone'];
  return [...new Set(row.access.flatMap(callersOf))];
}

function callersOf({ groups, applications = [] }: ApiView['access'][number]): readonly string[] {
  return [...groups, ...applications.map((id) => `app ${id}`)];
}

/** APIs of generation v3 have the path of their routes. */
function pathOf({ pathPrefix, urls }: ApiView): string {
  const [url] = urls;
  return pathPrefix === '' && url !== undefined ? new URL(url).pathname : pathPrefix;
}

function overview(row: ApiView, now: number): Block {
  const groups = accessGroups(row).join(', ');
  return {
    type: 'fields',
    rows: [
      ['API', `${row.namespace}/${row.name}`],
      ['Cluster', row.cluster],
      ['State', toned(toneOf(row.state), row.state)],
      ['Path', pathOf(row)],
      ['Version', row.currentVersion ?? (row.versions.map(({ name }) => name).join(', ') || 'not versioned')],
      ['Collections', row.collections.join(', ') || '–'],
      (row.routes ?? []).length > 0
        ? ['Routes', row.routes?.join(', ') ?? '']
        : ['Gateways', row.gateways.join(', ') || toned('warn', 'none: no gateway serves this API yet')],
      ['Granted to', groups || toned('warn', 'nobody: press A to grant it to a group')],
      ['Owner', formatOwner(row.owner)],
      ['Changed', `${formatTime(row.updatedAt)} (${formatAge(row.updatedAt, now)} ago)`],
      [
        'Now',
        `${formatNumber(row.rate.requestsPerSecond)} requests/s, ${formatNumber(row.rate.errorsPerSecond)} errors/s (${formatPercent(row.rate.errorRatio)}), ${formatNumber(row.rate.clientErrorsPerSecond)} client errors/s (${formatPercent(row.rate.clientErrorRatio)}), average ${formatMs(row.rate.averageResponseMs)}, p99 ${formatMs(row.rate.p99Ms)}`,
      ],
    ],
  };
}

function routes(row: ApiView): Block {
  return {
    type: 'table',
    title: 'Public addresses',
    head: ['URL'],
    rows: row.urls.map((url) => [url]),
    empty: 'none: no gateway or ingress serves this API',
  };
}

function versions(row: ApiView): Block {
  return {
    type: 'table',
    title: 'Versions (enter: list with traffic)',
    head: ['NAME', 'RELEASE', 'TITLE', ''],
    rows: row.versions.map((one) => [
      one.name,
      one.release ?? '–',
      one.title ?? '–',
      one.name === row.currentVersion || one.release === row.currentVersion ? toned('ok', 'current') : '',
    ]),
    empty: 'none: the API is not versioned',
  };
}

function access(row: ApiView): Block {
  return {
    type: 'table',
    title: 'Access',
    head: ['ACCESS', 'GROUPS AND APPLICATIONS'],
    rows: row.access.map((one) => [
      one.name,
      one.any ? toned('warn', 'everyone who is signed in') : callersOf(one).join(', '),
    ]),
    empty: 'nobody: no APIAccess and no ManagedSubscription reaches this API',
  };
}
