import type { IncomingMessage } from 'node:http';
import * as z from 'zod';

export type TunnelDialErrorCode =
  | 'aborted'
  | 'bad-request'
  | 'conflict'
  | 'dns'
  | 'forbidden'
  | 'not-found'
  | 'protocol'
  | 'proxy'
  | 'tcp'
  | 'timeout'
  | 'tls'
  | 'unauthorized'
  | 'unavailable';

const FIXES: Record<TunnelDialErrorCode, string> = {
  aborted: 'Nothing to do: the attempt was given up on purpose.',
  'bad-request': 'Use an agent and a broker whose versions know each other.',
  conflict: 'Each cluster needs its own agent token: create one for this cluster.',
  dns: 'Check the broker’s host name and the DNS of this machine.',
  forbidden: 'Let the agent fetch its tunnels afresh; this one is assigned to somebody else.',
  'not-found': 'Check the path of the tunnel’s URL.',
  protocol: 'Check that the URL points at a broker and that nothing in between strips WebSocket upgrades.',
  proxy: 'Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY, and that the proxy allows CONNECT to the broker.',
  tcp: 'Check that the broker runs and that firewalls let the connection pass.',
  timeout: 'Check firewalls and proxies between here and the broker.',
  tls: 'Give the CA that signed the broker’s certificate, and check this machine’s clock and the host name.',
  unauthorized: 'Check the agent token; a revoked one must be replaced.',
  unavailable: 'Nothing to do: the broker is starting, draining or overloaded, and the dial is repeated.',
};

/** A tunnel could not be dialled: which hop refused, why, and what an operator can do about it. */
export class TunnelDialError extends Error {
  override readonly name = 'TunnelDialError';
  readonly code: TunnelDialErrorCode;
  /** HTTP status, where a server answered. */
  readonly status: number | undefined;
  /** The server's or the system's own words. */
  readonly reason: string;

  constructor(
    code: TunnelDialErrorCode,
    url: string,
    { reason, status, cause }: { reason: string; status?: number; cause?: unknown },
  ) {
    const answer = status === undefined ? '' : ` (HTTP ${status})`;
    super(`Cannot open a tunnel to ${url}: ${code}${answer}: ${reason} ${FIXES[code]}`, { cause });
    this.code = code;
    this.status = status;
    this.reason = reason;
  }
}

const STATUS_CODES: Record<number, TunnelDialErrorCode> = {
  400: 'bad-request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  407: 'proxy',
  409: 'conflict',
  426: 'bad-request',
  429: 'unavailable',
};

export function codeOfStatus(status: number): TunnelDialErrorCode {
  return STATUS_CODES[status] ?? (status >= 500 ? 'unavailable' : 'protocol');
}

const DNS_CODES = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'ENODATA', 'ESERVFAIL']);
const TLS_CODE = /CERT|TLS|SSL|^EPROTO$|SELF_SIGNED|UNABLE_TO_|ISSUER|SIGNATURE/;

/** Sorts a connection error by the hop that caused it. */
export function codeOfError(error: Error): TunnelDialErrorCode {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (DNS_CODES.has(code)) return 'dns';
  if (code === 'ETIMEDOUT') return 'timeout';
  if (TLS_CODE.test(code)) return 'tls';
  if (code.startsWith('E') && 'syscall' in error) return 'tcp';
  if (code === 'ECONNRESET') return 'tcp';
  return 'protocol';
}

const REASON_BYTES_MAX = 2_048;

/** The server's text, short and without control characters: it ends up in logs and terminals. */
export async function readReason(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      if (!Buffer.isBuffer(chunk)) break;
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= REASON_BYTES_MAX) break;
    }
  } catch {
    // A body that breaks off still had a status; what came of it is reason enough.
  }
  const text = Buffer.concat(chunks).subarray(0, REASON_BYTES_MAX).toString();
  const words = messageOf(text) ?? text;
  return words.replaceAll(/\p{Cc}+/gu, ' ').trim() || (response.statusMessage ?? '');
}

const refusal = z.object({ error: z.object({ message: z.string() }) });

/** Portolan's brokers refuse with a JSON body; people want its sentence. */
function messageOf(text: string): string | undefined {
  try {
    return refusal.parse(JSON.parse(text)).error.message;
  } catch {
    return undefined;
  }
}
