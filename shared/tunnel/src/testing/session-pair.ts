import type { SessionOptions } from '../session-options.ts';
import { Session } from '../session.ts';
import type { TunnelStream } from '../stream.ts';
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

/** Everything a stream will still deliver. */
export async function readAll(stream: TunnelStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Resolves once the condition holds, looking again every turn of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
