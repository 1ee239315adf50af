import { PlatformError } from '@portolan/contract/client';
import { topMetrics } from '@portolan/contract/metrics-top';
import { getOpenApi } from '@portolan/contract/resources';
import { z } from 'zod';
import { cellOf, toned, type Block, type Cell } from './block.ts';
import { formatPercent } from './figure-words.ts';
import { formatNumber, formatTime } from './format.ts';
import type { Session, Tab } from './kind.ts';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

const operation = z.looseObject({ summary: z.string().optional(), deprecated: z.boolean().optional() });
const document = z.looseObject({
  openapi: z.string().optional(),
  swagger: z.string().optional(),
  info: z.looseObject({ title: z.string().optional(), version: z.string().optional() }).optional(),
  paths: z.record(z.string(), z.looseObject({})).default({}),
});

interface Described {
  readonly clusterId: string;
  readonly key: string;
  /** The API whose traffic shows which operations are called; absent where it is not counted by operation. */
  readonly measured?: { readonly namespace: string; readonly name: string; readonly version?: string };
}

/** The OpenAPI document of an API or a version, as the agent fetched it: its operations. */
export function specTab(row: Described): Tab {
  return {
    id: 'spec',
    title: 'Spec',
    blocks: [],
    topics: ['apis', 'resources'],
    read: (session, signal) => spec(session, row, signal),
  };
}

async function spec(
  session: Session,
  { clusterId, key, measured }: Described,
  signal?: AbortSignal,
): Promise<readonly Block[]> {
  const { client, workspace } = session;
  try {
    const query = { cluster: clusterId, key };
    const found = await client.call(getOpenApi, { params: { workspace }, query }, signal);
    return blocksOf(found, measured === undefined ? null : await readCalls(session, measured, signal));
  } catch (error) {
    if (!(error instanceof PlatformError) || error.code !== 'not-found') throw error;
    const text = 'No OpenAPI document. Set its location in spec.service.openApiSpec.';
    return [{ type: 'note', tone: 'dim', text }];
  }
}

const DAYS = 30;
const OPERATIONS_MAX = 1000;

/** Requests of each operation in the last 30 days, by method and path; null where that cannot be read. */
type Calls = ReadonlyMap<string, number> | null;

async function readCalls(
  { client, workspace }: Session,
  measured: NonNullable<Described['measured']>,
  signal?: AbortSignal,
): Promise<Calls> {
  const since = new Date(Date.now() - DAYS * 86_400_000).toISOString();
  const query = { ...measured, by: 'operation', limit: OPERATIONS_MAX, since } as const;
  try {
    const { groups } = await client.call(topMetrics, { params: { workspace }, query }, signal);
    return new Map(groups.map(({ value, figures }) => [value, figures.requests]));
  } catch (error) {
    // The document is worth showing without its traffic.
    if (error instanceof PlatformError) return null;
    throw error;
  }
}

function blocksOf(
  found: { readonly document: unknown; readonly fetchedAt: string },
  calls: Calls,
): readonly Block[] {
  const parsed = document.safeParse(found.document);
  if (!parsed.success)
    return [{ type: 'note', tone: 'warn', text: 'The document is not a valid OpenAPI document.' }];
  const { info, paths, openapi, swagger } = parsed.data;
  const rows = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method): Cell[][] => {
      const one = operation.safeParse(item[method]);
      if (!one.success) return [];
      const { summary = '', deprecated } = one.data;
      return [
        [
          method.toUpperCase(),
          path,
          ...(calls === null
            ? []
            : [callsCell(calls.get(`${method.toUpperCase()} ${path}`) ?? 0, deprecated === true)]),
          deprecated === true ? toned('warn', `deprecated. ${summary}`) : summary,
        ],
      ];
    }),
  );
  return [
    {
      type: 'fields',
      rows: [
        ['Title', info?.title ?? '–'],
        ['Version', info?.version ?? '–'],
        ['Format', openapi === undefined ? `Swagger ${swagger ?? ''}` : `OpenAPI ${openapi}`],
        ['Fetched', formatTime(found.fetchedAt)],
        ...(calls === null ? [] : [['Called', coverage(rows)] as const]),
      ],
    },
    {
      type: 'table',
      title: `Operations (${rows.length})`,
      head: ['METHOD', 'PATH', ...(calls === null ? [] : ['CALLS, 30 DAYS']), 'WHAT'],
      rows,
      empty: 'none',
    },
  ];
}

/** Deprecated operations that are still called stand out, as do those that nobody calls. */
function callsCell(requests: number, isDeprecated: boolean): Cell {
  if (requests === 0) return toned('dim', 'never');
  return isDeprecated ? toned('warn', formatNumber(requests)) : formatNumber(requests);
}

function coverage(rows: readonly (readonly Cell[])[]): string {
  const called = rows.filter((row) => cellOf(row[2] ?? '').text !== 'never').length;
  if (rows.length === 0) return '–';
  return `${called} of ${rows.length} operations in ${DAYS} days (${formatPercent(called / rows.length)})`;
}
