import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { normaliseDocument, type OpenApiDocument } from './normalise.ts';

/** Text up to this length is read in milliseconds, whatever it holds. */
const INLINE_LENGTH_MAX = 16 * 1024;
const WORKER_MS = 15_000;
const WORKER_HEAP_MB = 512;

const answerShape = z.union([
  z.object({
    json: z.string(),
    sha256: z.string(),
    compiled: z.object({
      index: z.string(),
      operations: z.map(z.string(), z.string()),
      schemas: z.map(z.string(), z.string()),
    }),
  }),
  z.object({ problem: z.string() }),
]);

/**
 * Parses a document in a worker thread, bounded in time and memory: a long one takes seconds. @throws Error naming what is wrong with
 * the text.
 */
export async function readDocument(text: string, signal: AbortSignal): Promise<OpenApiDocument> {
  if (text.length <= INLINE_LENGTH_MAX) return normaliseDocument(text);
  const worker = new Worker(new URL('./normalise-worker.ts', import.meta.url), {
    workerData: text,
    resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
  });
  try {
    const answer = answerShape.parse(await answerOf(worker, signal));
    if ('problem' in answer) throw new Error(answer.problem);
    return answer;
  } finally {
    await worker.terminate();
  }
}

function answerOf(worker: Worker, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(WORKER_MS)]);
    limit.addEventListener('abort', () => reject(new Error('takes too long to read')), { once: true });
    worker.once('message', resolve);
    worker.once('error', (error) => reject(error instanceof Error ? error : new Error(String(error))));
    worker.once('exit', () => reject(new Error('takes too much memory to read')));
  });
}
