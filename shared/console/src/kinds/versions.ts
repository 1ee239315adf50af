import { ageColumn } from './age-column.ts';
import { objectCopies } from './copies.ts';
import { listApis, type ApiView, type Resource } from '@portolan/contract/resources';
import { getMetrics } from '@portolan/contract/telemetry';
import { z } from 'zod';
import { toned, type Block } from './block.ts';
import { formatAge, formatNumber, formatOwner, formatTime, toneOf } from './format.ts';
import type { Column, Kind, Session } from './kind.ts';
import { readObjects, type HeldObject, type KubernetesObject } from './objects.ts';
import { alertsTab, auditTab } from './related-tabs.ts';
import { objectTraces } from './traces.ts';
import { specTab } from './spec-tab.ts';
import { callersTab } from './traffic-tabs.ts';
import { wholeList } from './whole-list.ts';
import { manifestTab } from './manifest-tab.ts';

/** One version of an API, with the API it is of. */
export interface VersionRow extends Resource {
  readonly api: string;
  readonly release: string | null;
  readonly versionTitle: string | null;
  /** `current` is the one shown by default; which requests it answers is said by its routes alone. */
  readonly standing: 'current' | 'other' | 'orphan';
  readonly routes: readonly string[];
  readonly service: string | null;
  readonly requestsPerSecond: number;
  readonly errorsPerSecond: number;
  readonly object: KubernetesObject;
}

const spec = z.looseObject({
  apiName: z.string().optional(),
  release: z.string().nullish(),
  title: z.string().nullish(),
  service: z.looseObject({ name: z.string() }).nullish(),
  routes: z
    .array(
      z.looseObject({
        pathPrefix: z.string().nullish(),
        headers: z.record(z.string(), z.string()).nullish(),
        queryParams: z.record(z.string(), z.string()).nullish(),
      }),
    )
    .nullish(),
});

const RATE_WINDOW_MS = 3 * 60_000;

const columns: readonly Column<VersionRow>[] = [
  { id: 'api', title: 'API', type: 'text', value: (row) => row.api, min: 8, max: 28 },
  { id: 'name', title: 'VERSION', type: 'text', value: (row) => row.name, min: 10, max: 32 },
  { id: 'release', title: 'RELEASE', type: 'text', value: (row) => row.release, max: 14 },
  {
    id: 'standing',
    title: 'STATUS',
    type: 'text',
    value: (row) => row.standing,
    tone: (row) => (row.standing === 'current' ? 'ok' : row.standing === 'orphan' ? 'warn' : 'plain'),
  },
  { id: 'routes', drop: 4, title: 'ROUTES', type: 'text', value: (row) => row.routes, max: 40 },
  { id: 'state', title: 'SYNC', type: 'text', value: (row) => row.state, tone: (row) => toneOf(row.state) },
  {
    id: 'rps',
    title: 'RPS',
    type: 'number',
    value: (row) => row.requestsPerSecond,
    text: (row) => formatNumber(row.requestsPerSecond),
    right: true,
  },
  {
    id: 'errors',
    drop: 2,
    title: '5xx/s',
    type: 'number',
    value: (row) => row.errorsPerSecond,
    text: (row) => formatNumber(row.errorsPerSecond),
    tone: (row) => (row.errorsPerSecond > 0 ? 'bad' : 'plain'),
    right: true,
  },
  { id: 'namespace', drop: 6, title: 'NAMESPACE', type: 'text', value: (row) => row.namespace, max: 18 },
  { id: 'cluster', drop: 5, title: 'CLUSTER', type: 'text', value: (row) => row.cluster, max: 16 },
  { id: 'title', title: 'TITLE', type: 'text', value: (row) => row.versionTitle, wide: true, max: 40 },
  { id: 'service', title: 'SERVICE', type: 'text', value: (row) => row.service, wide: true, max: 30 },
  { id: 'owner', title: 'OWNER', type: 'text', value: (row) => formatOwner(row.owner), wide: true, max: 36 },
  ageColumn('updatedAt', 'AGE', (row) => row.updatedAt, { drop: 7 }),
];

/** Versions of APIs, each with its routes and its own traffic. */
export const versions: Kind<VersionRow> = {
  name: 'versions',
  singular: 'version',
  title: 'Versions',
  aliases: ['version'],
  topics: ['apis', 'resources', 'metrics'],
  sort: 'api',
  pollMs: 10_000,
  empty: 'No API versions yet. Press n to create one from a template.',
  columns,
  id: (row) => `${row.clusterId}/${row.key}`,
  label: (row) => row.name,
  async fetch(session, query, signal) {
    const [held, apis, rates] = await Promise.all([
      readObjects(session, ['APIVersion'], signal),
      readApis(session, signal),
      ratesOf(session, signal),
    ]);
    return wholeList(
      versions,
      held.map((one) => versionRow(one, apis, rates)),
      query,
    );
  },
  copies: objectCopies,
  traces: objectTraces,
  tabs(row, _loaded, now) {
    const name = { kind: 'api-version', namespace: row.namespace ?? '', name: row.name };
    return [
      { id: 'overview', title: 'Overview', blocks: [overview(row, now)] },
      { id: 'routes', title: 'Routes', blocks: [routes(row)] },
      specTab(row),
      alertsTab(name, now),
      auditTab(objectTraces(row)),
      callersTab({
        namespace: row.namespace ?? '',
        name: row.api,
        cluster: row.clusterId,
        version: row.name,
      }),
      manifestTab(row),
    ];
  },
};

async function readApis({ client, workspace }: Session, signal?: AbortSignal): Promise<readonly ApiView[]> {
  const page = await client.call(listApis, { params: { workspace }, query: { limit: 500 } }, signal);
  return page.items;
}

type Rates = ReadonlyMap<string, { readonly requests: number; readonly errors: number }>;

/** Of the last complete minute, by cluster, namespace and name. */
async function ratesOf({ client, workspace }: Session, signal?: AbortSignal): Promise<Rates> {
  const since = new Date(Date.now() - RATE_WINDOW_MS).toISOString();
  const query = { kind: 'api-version', since } as const;
  const { series } = await client.call(getMetrics, { params: { workspace }, query }, signal);
  return new Map(
    series.map((one) => {
      const last = one.points.at(-1);
      return [
        `${one.clusterId} ${one.namespace} ${one.name}`,
        { requests: last?.requestsPerSecond ?? 0, errors: last?.errorsPerSecond ?? 0 },
      ];
    }),
  );
}

function versionRow({ resource, object }: HeldObject, apis: readonly ApiView[], rates: Rates): VersionRow {
  const held = spec.safeParse(object['spec']).data ?? {};
  const of = apis.find(
    (api) =>
      api.clusterId === resource.clusterId &&
      api.namespace === resource.namespace &&
      (api.name === held.apiName || api.versions.some((one) => one.name === resource.name)),
  );
  const rate = rates.get(`${resource.clusterId} ${resource.namespace ?? ''} ${resource.name}`);
  return {
    ...resource,
    api: of?.name ?? held.apiName ?? '–',
    release: held.release ?? null,
    versionTitle: held.title ?? null,
    standing: of === undefined ? 'orphan' : of.currentVersion === resource.name ? 'current' : 'other',
    routes: (held.routes ?? []).map(routeText),
    service: held.service?.name ?? null,
    requestsPerSecond: rate?.requests ?? 0,
    errorsPerSecond: rate?.errors ?? 0,
    object,
  };
}

/** A route in the words of a request: `/v2`, `X-Tickets-Version: 2`, `?v=2`. */
function routeText(route: NonNullable<NonNullable<z.infer<typeof spec>['routes']>>[number]): string {
  return [
    ...(route.pathPrefix === null || route.pathPrefix === undefined ? [] : [route.pathPrefix]),
    ...Object.entries(route.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    ...Object.entries(route.queryParams ?? {}).map(([name, value]) => `?${name}=${value}`),
  ].join(' and ');
}

function overview(row: VersionRow, now: number): Block {
  return {
    type: 'fields',
    rows: [
      ['Version', `${row.namespace ?? ''}/${row.name}`],
      ['API', row.standing === 'orphan' ? toned('warn', `${row.api} (does not exist)`) : row.api],
      ['Standing', row.standing === 'current' ? toned('ok', 'current') : 'not current'],
      ['Release', row.release ?? '–'],
      ['Title', row.versionTitle ?? '–'],
      ['Service', row.service ?? '–'],
      ['Cluster', row.cluster],
      ['State', toned(toneOf(row.state), row.state)],
      ['Owner', formatOwner(row.owner)],
      ['Changed', `${formatTime(row.updatedAt)} (${formatAge(row.updatedAt, now)} ago)`],
      [
        'Now',
        `${formatNumber(row.requestsPerSecond)} requests/s, ${formatNumber(row.errorsPerSecond)} errors/s`,
      ],
    ],
  };
}

function routes(row: VersionRow): Block {
  return {
    type: 'table',
    title: 'Matching requests to the API',
    head: ['ROUTE'],
    rows: row.routes.map((route) => [route]),
    empty: 'none: matches all requests to the API',
  };
}
