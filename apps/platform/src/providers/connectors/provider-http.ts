import { lookup } from 'node:dns/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ForbiddenAddressError } from '@portolan/process/address-guard';
import type { RequestInit } from 'undici';
import type { Outbound } from '../../http/outbound.ts';

const TIMEOUT_MS = 30_000;
const BYTES_MAX = 16 * 1024 * 1024;
const WAIT_MAX_MS = 90_000;

type Phase = 'resolve' | 'connect' | 'answer';

/** Failure of a request to a provider; `phase` is the step that failed. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly phase: Phase;
  readonly status: number | undefined;

  constructor(phase: Phase, message: string, status?: number, cause?: unknown) {
    super(message, { cause });
    this.phase = phase;
    this.status = status;
  }
}

export interface ProviderAnswer {
  readonly body: unknown;
  readonly headers: Headers;
}

/**
 * Sends a request to a provider and returns its JSON. Limits time and size, follows no redirects, and retries up to 3 times
 * on status 429.
 * @throws ProviderError.
 */
export async function askProvider(
  outbound: Outbound,
  url: URL,
  init: RequestInit & { readonly signal: AbortSignal },
): Promise<ProviderAnswer> {
  for (let attempt = 0; ; attempt += 1) {
    const response = await fetchProvider(outbound, url, init);
    if (response.status === 429 && attempt < 3) {
      await delay(waitOf(response.headers), undefined, { signal: init.signal });
      continue;
    }
    return { body: await readJson(url, response), headers: response.headers };
  }
}

/**
 * Sends a request to a provider and reads the whole response. Limits time and size, follows no redirects, and connects to
 * permitted addresses only.
 * @throws ProviderError.
 */
export async function fetchProvider(
  outbound: Outbound,
  url: URL,
  init: RequestInit & { readonly signal: AbortSignal },
): Promise<Response> {
  await resolveHost(outbound, url);
  const signal = AbortSignal.any([init.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const response = await outbound.fetch(url, { ...init, signal }).catch((cause: unknown) => {
    throw new ProviderError('connect', `${url.host} is unreachable: ${reasonOf(cause)}`, undefined, cause);
  });
  const { status, headers } = response;
  const body = await readWhole(url, response);
  return new Response(body.length === 0 ? null : new Uint8Array(body), { status, headers });
}

/**
 * Returns the IP address of the provider's host.
 * @throws ProviderError when the name does not resolve or the address is not permitted.
 */
export async function resolveHost(outbound: Outbound, url: URL): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const { address } = await lookup(host).catch((cause: unknown) => {
    throw new ProviderError(
      'resolve',
      `Host ${host} cannot be resolved: ${reasonOf(cause)}`,
      undefined,
      cause,
    );
  });
  try {
    outbound.guard.check(address, host);
  } catch (cause) {
    if (!(cause instanceof ForbiddenAddressError)) throw cause;
    const message = `${host} resolves to ${address}, which is not a permitted address for an identity provider. To permit it, add it to --allow-addresses.`;
    throw new ProviderError('resolve', message, undefined, cause);
  }
  return address;
}

async function readWhole(url: URL, response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > BYTES_MAX)
      throw new ProviderError('answer', `The response of ${url.host} is larger than ${BYTES_MAX} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function readJson(url: URL, response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) {
    throw new ProviderError(
      'answer',
      `${url.host} responded with status ${response.status} to ${url.pathname}.`,
      response.status,
    );
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ProviderError(
      'answer',
      `${url.host} did not respond with JSON to ${url.pathname}.`,
      response.status,
      cause,
    );
  }
}

/**
 * Returns the milliseconds to wait before a retry: from `Retry-After` in seconds, or Okta's `X-Rate-Limit-Reset` in epoch
 * seconds; at most 90 s.
 */
function waitOf(headers: Headers): number {
  const after = Number(headers.get('retry-after') ?? Number.NaN) * 1000;
  const reset = Number(headers.get('x-rate-limit-reset') ?? Number.NaN) * 1000 - Date.now();
  const wait = Number.isFinite(after) ? after : Number.isFinite(reset) ? reset : 1000;
  return Math.min(Math.max(wait, 50), WAIT_MAX_MS);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || String(error.cause) : error.message;
}
