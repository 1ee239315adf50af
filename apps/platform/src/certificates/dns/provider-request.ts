import type { Outbound } from '../../http/outbound.ts';
import { DnsUpdateError } from './dns-update-error.ts';

const TIMEOUT_MS = 20_000;
const BODY_BYTES_MAX = 1_000_000;

export interface ProviderRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request to the API of a provider. Returns status and body. @throws DnsUpdateError when there is no response. */
export async function sendToProvider(
  outbound: Outbound,
  { url, ...init }: ProviderRequest,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly body: string }> {
  try {
    const response = await outbound.fetch(url, {
      ...init,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) throw new Error(`its response exceeds ${BODY_BYTES_MAX} bytes`);
      chunks.push(chunk);
    }
    return { status: response.status, body: Buffer.concat(chunks).toString() };
  } catch (cause) {
    const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    throw new DnsUpdateError(url.host, inner instanceof Error ? inner.message : String(inner), { cause });
  }
}
