import * as z from 'zod';
import type { Session } from './session.ts';
import type { TunnelStream } from '../streams/tunnel-stream.ts';
import type { ByteListener } from '../streams/byte-stream.ts';
import type { RawStream } from '../streams/raw-stream.ts';

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
    /** Milliseconds since the epoch, by the broker's clock; absent from brokers of earlier versions. */
    openedAt: z.number().optional(),
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
  return (await openTypedRaw(session, header)).toDuplex();
}

/** As `openTyped`, without Node's machinery. */
export async function openTypedRaw(session: Session, header: StreamHeader): Promise<RawStream> {
  const body = Buffer.from(JSON.stringify(streamHeader.parse(header)));
  if (body.length > HEADER_BYTES_MAX) {
    throw new StreamHeaderError(`A stream header of ${body.length} bytes exceeds ${HEADER_BYTES_MAX}.`);
  }
  const bytes = Buffer.allocUnsafe(LENGTH_BYTES + body.length);
  bytes.writeUInt16BE(body.length);
  body.copy(bytes, LENGTH_BYTES);
  const stream = await session.openRaw();
  stream.write(bytes);
  return stream;
}

/** Reads the header a stream begins with and leaves everything behind it to be read. */
export async function readStreamHeader(
  stream: RawStream,
  options: { timeoutMs?: number } = {},
): Promise<StreamHeader> {
  const reader = new HeaderReader(stream);
  const timer = setTimeout(
    () => reader.broken(new Error('it did not arrive in time')),
    options.timeoutMs ?? HEADER_TIMEOUT_MS,
  );
  stream.listen(reader);
  stream.resume();
  try {
    return await reader.header;
  } catch (error) {
    stream.destroy();
    throw new StreamHeaderError(`The stream's header is unusable: ${describe(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** Hears a stream until its header is complete. */
class HeaderReader implements ByteListener {
  readonly #stream: RawStream;
  readonly #header = Promise.withResolvers<StreamHeader>();
  #held: Buffer = Buffer.alloc(0);

  constructor(stream: RawStream) {
    this.#stream = stream;
  }

  get header(): Promise<StreamHeader> {
    return this.#header.promise;
  }

  data(piece: Buffer): boolean {
    const bytes = this.#held.length > 0 ? Buffer.concat([this.#held, piece]) : piece;
    const length = bytes.length < LENGTH_BYTES ? undefined : bytes.readUInt16BE();
    if (length !== undefined && (length === 0 || length > HEADER_BYTES_MAX)) {
      this.broken(new Error(`it announces ${length} bytes`));
    } else if (length === undefined || bytes.length < LENGTH_BYTES + length) {
      this.#held = Buffer.from(bytes);
    } else {
      this.#stream.pause();
      this.#stream.unshift(bytes.subarray(LENGTH_BYTES + length));
      this.#parse(bytes.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + length));
    }
    return false;
  }

  end(): void {
    this.broken(new Error('the stream ended within it'));
  }

  drain(): void {}

  broken(error: Error): void {
    this.#header.reject(error);
  }

  #parse(text: string): void {
    try {
      this.#header.resolve(streamHeader.parse(JSON.parse(text)));
    } catch (error) {
      this.#header.reject(error);
    }
  }
}

function describe(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}
