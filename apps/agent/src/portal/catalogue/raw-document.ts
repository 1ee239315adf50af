import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { filterDocument, type DocumentFilter } from '../../gateway/openapi/filter-document.ts';
import { publicOrigin, reachedRoutes } from '../public-origin.ts';
import { publicPrefix } from './sample-request.ts';
import type { PortalRequest } from '../portal-request.ts';
import type { VisibleVersion } from './visible.ts';

/** Documents up to this length are filtered in milliseconds. */
const INLINE_LENGTH_MAX = 128 * 1024;
const WORKER_HEAP_MB = 512;
const WORKER_MS = 15_000;

/** Returns the OpenAPI document of a version as JSON: with the caller's operations alone, and the gateway's addresses as servers. */
export async function rawDocument(
  request: PortalRequest,
  { version, fetched, index }: VisibleVersion,
): Promise<string | null> {
  if (fetched === null || index === null) return null;
  const admitted = request.rights.operations(version, index);
  const servers = reachedRoutes(request, version).map(
    (place) =>
      `${publicOrigin(request, place.host, place.route.scheme)}${publicPrefix(place)}${place.guard.versionPrefix}`,
  );
  const isWhole = admitted.length === index.operations.length;
  const filter: DocumentFilter = {
    operations: isWhole ? null : admitted.map(({ entry }) => `${entry.method} ${entry.path}`),
    servers: [...new Set(servers)],
  };
  const { json } = fetched.document;
  return json.length <= INLINE_LENGTH_MAX ? filterDocument(json, filter) : filterInWorker(json, filter);
}

async function filterInWorker(json: string, filter: DocumentFilter): Promise<string> {
  const worker = new Worker(new URL('../../gateway/openapi/filter-worker.ts', import.meta.url), {
    workerData: { json, filter },
    resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
  });
  try {
    const [text] = (await once(worker, 'message', { signal: AbortSignal.timeout(WORKER_MS) })) as [string];
    return text;
  } finally {
    await worker.terminate();
  }
}
