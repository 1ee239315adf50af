import { Agent, request } from 'undici';
import { AddressGuard, ForbiddenAddressError } from '@portolan/process/address-guard';
import { retry } from '@portolan/process/retry';
import type { OpenApiDocument } from './normalise.ts';
import { readDocument } from './read-document.ts';

const BYTES_MAX = 16 * 1024 * 1024;
const ATTEMPTS = 4;
const PAUSE_MS = 200;
const TIMEOUT_MS = 10_000;
const REDIRECTS_MAX = 3;
const ACCEPT =
  'application/json, application/yaml, application/vnd.oai.openapi+json, application/vnd.oai.openapi, text/yaml;q=0.9, */*;q=0.1';

/** Trying again would give the same. */
class FinalError extends Error {}

/** Returns the OpenAPI document at a URL: bounded in size and time, never from forbidden addresses, tried four times. */
export async function fetchDocument(
  url: string,
  options: { readonly allowsLoopback: boolean; readonly signal: AbortSignal },
): Promise<OpenApiDocument> {
  const guard = new AddressGuard({ loopback: options.allowsLoopback, private: true });
  // One agent a fetch: connections to documents' servers are not worth keeping.
  const agent = new Agent({
    connect: { lookup: guard.lookup, timeout: TIMEOUT_MS },
    maxResponseSize: BYTES_MAX,
  });
  try {
    const { signal } = options;
    const read = async (): Promise<OpenApiDocument> =>
      parseDocument(await download(new URL(url), { guard, agent, signal }), signal);
    return await retry(read, {
      attemptsMax: ATTEMPTS,
      baseMs: PAUSE_MS,
      capMs: 2000,
      floor: 0.5,
      signal,
      isRetryable,
    });
  } finally {
    await agent.destroy();
  }
}

function isRetryable(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return ![error, cause].some((one) => one instanceof FinalError || one instanceof ForbiddenAddressError);
}

interface Download {
  readonly guard: AddressGuard;
  readonly agent: Agent;
  readonly signal: AbortSignal;
}

async function download(start: URL, { guard, agent, signal }: Download): Promise<string> {
  let url = start;
  for (let redirects = 0; ; redirects++) {
    guard.checkUrl(url);
    const { statusCode, headers, body } = await request(url, {
      headers: { accept: ACCEPT },
      dispatcher: agent,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const location = typeof headers.location === 'string' ? headers.location : null;
    if (statusCode >= 300 && statusCode < 400 && location !== null) {
      await body.dump();
      if (redirects >= REDIRECTS_MAX) throw new FinalError(`more than ${REDIRECTS_MAX} redirects`);
      url = new URL(location, url);
      continue;
    }
    if (statusCode === 200) return await body.text();
    await body.dump();
    const message = `${url.origin} answered ${statusCode}`;
    throw statusCode >= 500 || statusCode === 429 ? new Error(message) : new FinalError(message);
  }
}

/** A text that is wrong once is not fetched again at once. */
async function parseDocument(text: string, signal: AbortSignal): Promise<OpenApiDocument> {
  try {
    return await readDocument(text, signal);
  } catch (error) {
    throw new FinalError(error instanceof Error ? error.message : String(error));
  }
}
