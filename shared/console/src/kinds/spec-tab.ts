import { PlatformError } from '@portolan/contract/client';
import { getOpenApi } from '@portolan/contract/resources';
import { z } from 'zod';
import { toned, type Block, type Cell } from './block.ts';
import { formatTime } from './format.ts';
import type { Session, Tab } from './kind.ts';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

const operation = z.looseObject({ summary: z.string().optional(), deprecated: z.boolean().optional() });
const document = z.looseObject({
  openapi: z.string().optional(),
  swagger: z.string().optional(),
  info: z.looseObject({ title: z.string().optional(), version: z.string().optional() }).optional(),
  paths: z.record(z.string(), z.looseObject({})).default({}),
});

/** The OpenAPI document of an API or a version, as the agent fetched it: its operations. */
export function specTab(row: { readonly clusterId: string; readonly key: string }): Tab {
  return {
    id: 'spec',
    title: 'Spec',
    blocks: [],
    topics: ['apis', 'resources'],
    read: (session, signal) => spec(session, row, signal),
  };
}

async function spec(
  { client, workspace }: Session,
  { clusterId, key }: { readonly clusterId: string; readonly key: string },
  signal?: AbortSignal,
): Promise<readonly Block[]> {
  try {
    const query = { cluster: clusterId, key };
    const found = await client.call(getOpenApi, { params: { workspace }, query }, signal);
    return blocksOf(found);
  } catch (error) {
    if (!(error instanceof PlatformError) || error.code !== 'not-found') throw error;
    const text = 'No OpenAPI document. Set its location in spec.service.openApiSpec.';
    return [{ type: 'note', tone: 'dim', text }];
  }
}

function blocksOf(found: { readonly document: unknown; readonly fetchedAt: string }): readonly Block[] {
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
        [method.toUpperCase(), path, deprecated === true ? toned('warn', `deprecated. ${summary}`) : summary],
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
      ],
    },
    {
      type: 'table',
      title: `Operations (${rows.length})`,
      head: ['METHOD', 'PATH', 'WHAT'],
      rows,
      empty: 'none',
    },
  ];
}
