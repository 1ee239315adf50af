import type { Readable } from 'node:stream';
import type { SessionOptions } from '../yamux/session-options.ts';
import { Session } from '../session/session.ts';
import { memoryTransportPair, type MemoryLink } from './memory-transport.ts';

/** A client and a server session joined in memory. */
export function sessionPair(options: Partial<SessionOptions> = {}, link: MemoryLink = {}) {
  const [near, far] = memoryTransportPair(link);
  const client = new Session(near, { role: 'client', ...options });
  const server = new Session(far, { role: 'server', ...options });
  return { client, server, near, far };
}

/** Answers every stream with its own bytes. */
export function echo(session: Session): void {
  session.on('stream', (stream) => stream.pipe(stream));
}

/** Everything a stream will still deliver (`for await` would destroy it, and with it its writable half). */
export function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => resolve(Buffer.concat(chunks))).on('error', reject);
  return promise;
}

/** Resolves once the condition holds, looking again every turn of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
