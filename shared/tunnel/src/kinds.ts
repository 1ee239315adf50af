import * as z from 'zod';
import type { Session } from './session.ts';
import type { TunnelStream } from './stream.ts';

/** The WebSocket subprotocol whose streams begin with a header that names their kind. */
export const PORTOLAN_V1 = 'portolan.v1';

const LENGTH_BYTES = 2;
const HEADER_BYTES_MAX = 4 * 1024;
const HEADER_TIMEOUT_MS = 10_000;

const port = z.int().min(0).max(65_535);

const streamHeader = z.discriminatedUnion('kind', [
  /** Agent → platform: HTTP/1.1 requests to the agent API. */
  z.object({ kind: z.literal('agent-http') }),
  /** Platform → agent: HTTP/1.1 requests to the agent's control endpoint. */
  z.object({ kind: z.literal('control-http') }),
  /** Platform → agent: the raw bytes of one public connection. */
  z.object({
    kind: z.literal('edge'),
    client: z.object({ address: z.string().max(64), port }),
    local: z.object({ port }).optional(),
    host: z.string().max(255),
    tls: z.boolean(),
  }),
]);

export type StreamHeader = z.infer<typeof streamHeader>;
export type StreamKind = StreamHeader['kind'];

/** The first bytes of a stream were not a header; the stream has been destroyed. */
export class StreamHeaderError extends Error {
  override readonly name = 'StreamHeaderError';
}

/** Opens a stream and says what it is for; the caller's bytes follow the header. */
export async function openTyped(session: Session, header: StreamHeader): Promise<TunnelStream> {
  const body = Buffer.from(JSON.stringify(streamHeader.parse(header)));
  if (body.length > HEADER_BYTES_MAX) {
    throw new StreamHeaderError(`A stream header of ${body.length} bytes exceeds ${HEADER_BYTES_MAX}.`);
  }
  const bytes = Buffer.allocUnsafe(LENGTH_BYTES + body.length);
  bytes.writeUInt16BE(body.length);
  body.copy(bytes, LENGTH_BYTES);
  const stream = await session.open();
  stream.write(bytes);
  return stream;
}

/** Reads the header a stream begins with and leaves everything behind it to be read. */
export async function readStreamHeader(
  stream: TunnelStream,
  options: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<StreamHeader> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? HEADER_TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  try {
    const length = (await readExactly(stream, LENGTH_BYTES, signal)).readUInt16BE();
    if (length === 0 || length > HEADER_BYTES_MAX) {
      throw new StreamHeaderError(`The stream announces a header of ${length} bytes.`);
    }
    const body = await readExactly(stream, length, signal);
    return streamHeader.parse(JSON.parse(body.toString()));
  } catch (error) {
    const reason = timeout.aborted ? 'it did not arrive in time' : describe(error);
    const refusal = new StreamHeaderError(`The stream's header is unusable: ${reason}`, { cause: error });
    stream.destroy(refusal);
    throw refusal;
  }
}

async function readExactly(stream: TunnelStream, bytes: number, signal: AbortSignal): Promise<Buffer> {
  for (;;) {
    signal.throwIfAborted();
    const chunk: unknown = stream.read(bytes);
    // At the end of a stream read() returns what is left, however little.
    if (Buffer.isBuffer(chunk) && chunk.length === bytes) return chunk;
    if (chunk !== null || stream.readableEnded || stream.destroyed)
      throw new Error('the stream ended within it');
    await readable(stream, signal);
  }
}

function readable(stream: TunnelStream, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = (): void => reject(new Error('reading it was aborted'));
  const onReadable = (): void => resolve();
  const onClose = (): void => reject(new Error('the stream ended within it'));
  stream.on('readable', onReadable).on('end', onClose).on('close', onClose);
  signal.addEventListener('abort', onAbort);
  return promise.finally(() => {
    stream.off('readable', onReadable).off('end', onClose).off('close', onClose);
    signal.removeEventListener('abort', onAbort);
  });
}

function describe(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}
