import { request, type IncomingMessage } from 'node:http';
import { duplexPair, type Duplex } from 'node:stream';
import type { RequestModel } from './request-model.ts';
import type { TryResult } from './try-result.ts';

/** Where the gateway takes a connection, as if it had come to one of its listeners. */
interface GatewayDoor {
  acceptInternal(stream: Duplex, client: { address: string; port: number }, scheme: 'http' | 'https'): void;
}

export interface RelayOptions {
  readonly door: GatewayDoor;
  readonly host: string;
  readonly scheme: 'http' | 'https';
  /** Of the caller's browser, by which allow-lists of addresses decide. */
  readonly client: { readonly address: string; readonly port: number };
  readonly token: string;
  readonly signal: AbortSignal;
}

const BYTES_MAX = 256 * 1024;
const TIMEOUT_MS = 30_000;
/** An endless stream is read for so long. */
const READ_MS = 10_000;

/**
 * Sends a request through the gateway's own pipeline, over a connection in memory: there is no address to choose, so it reaches what the
 * gateway serves and nothing else. Redirects are returned, not followed; of a long response only the beginning is read.
 */
export async function relay(model: RequestModel, options: RelayOptions): Promise<TryResult> {
  const [near, far] = duplexPair();
  const limit = AbortSignal.any([options.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const startedAt = performance.now();
  options.door.acceptInternal(far, { ...options.client }, options.scheme);
  try {
    const response = await send(model, { ...options, near, limit });
    return await resultOf(response, startedAt);
  } catch (error) {
    const why = limit.aborted ? 'it took too long' : error instanceof Error ? error.message : String(error);
    return { kind: 'problem', message: `The request failed: ${why}.` };
  } finally {
    near.destroy();
    far.destroy();
  }
}

function send(
  { method, target, headers, body }: RequestModel,
  { host, token, near, limit }: RelayOptions & { readonly near: Duplex; readonly limit: AbortSignal },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const fields = headers.flatMap(([name, value]) => [name, value]);
    const content = body === null ? null : Buffer.from(body);
    const outgoing = request({
      createConnection: () => near,
      method,
      path: target,
      headers: [
        'Host',
        host,
        'Connection',
        'close',
        'User-Agent',
        'Portolan-Portal',
        'Accept',
        '*/*',
        ...fields,
        ...(content === null ? [] : ['Content-Length', String(content.length)]),
        'Authorization',
        `Bearer ${token}`,
      ],
      signal: limit,
    });
    outgoing.on('response', resolve);
    outgoing.on('error', reject);
    outgoing.end(content ?? undefined);
  });
}

async function resultOf(response: IncomingMessage, startedAt: number): Promise<TryResult> {
  const durationMs = performance.now() - startedAt;
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isCut = false;
  const timer = setTimeout(() => {
    isCut = true;
    response.destroy();
  }, READ_MS);
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= BYTES_MAX) continue;
      isCut = true;
      break;
    }
  } catch (error) {
    if (!isCut) throw error;
  } finally {
    clearTimeout(timer);
  }
  const content = Buffer.concat(chunks).subarray(0, BYTES_MAX);
  return {
    kind: 'response',
    status: response.statusCode ?? 0,
    headers: fieldsOf(response.rawHeaders),
    text: textOf(content, isCut),
    bytes,
    isCut,
    durationMs,
  };
}

function fieldsOf(raw: readonly string[]): [string, string][] {
  const fields: [string, string][] = [];
  for (let index = 0; index < raw.length; index += 2) fields.push([raw[index] ?? '', raw[index + 1] ?? '']);
  // The connection is the portal's own.
  return fields.filter(([name]) => !/^(?:connection|keep-alive|transfer-encoding)$/i.test(name));
}

/** Null for content that is no UTF-8. The last character may be cut in two. */
function textOf(content: Buffer, isCut: boolean): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content, { stream: isCut });
  } catch {
    return null;
  }
}
