import { Agent, fetch } from 'undici';
import { AcmeUnavailable } from './acme-error.ts';

/** Chains of certificates are a few kilobytes. */
const BODY_BYTES_MAX = 100_000;
const REQUEST_MS = 30_000;

interface AcmeRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface AcmeResponse {
  readonly status: number;
  header(name: string): string | null;
  readonly body: string;
}

/** Sends one request to an authority. @throws AcmeUnavailable. */
export type AcmeTransport = (request: AcmeRequest, signal: AbortSignal) => Promise<AcmeResponse>;

/** Returns a transport over HTTPS. `ca`: PEM of the authority that signed the server's own certificate, beside those of the system. */
export function httpsTransport(ca: string | null): { readonly send: AcmeTransport; close(): Promise<void> } {
  const dispatcher = new Agent({ connect: ca === null ? {} : { ca }, connections: 8, pipelining: 1 });
  return {
    close: () => dispatcher.destroy(),
    async send({ url, ...request }, signal) {
      try {
        const response = await fetch(url, {
          ...request,
          dispatcher,
          redirect: 'error',
          signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]),
        });
        return {
          status: response.status,
          header: (name) => response.headers.get(name),
          body: await readBody(response.body),
        };
      } catch (error) {
        throw new AcmeUnavailable(`${new URL(url).host} does not respond: ${reasonOf(error)}`, {
          cause: error,
        });
      }
    },
  };
}

async function readBody(stream: AsyncIterable<Uint8Array> | null): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream ?? []) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error(`its response exceeds ${BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}
