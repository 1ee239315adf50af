import { changeEvent, EVENTS_PATH, type ChangeEvent, type Topic } from '@portolan/contract/events';
import { unreachable, type Client } from '@portolan/contract/client';
import { explain } from '../failure.ts';
import { eventStream } from './event-stream.ts';

export type LiveMessage =
  | { readonly type: 'open' }
  | { readonly type: 'change'; readonly change: ChangeEvent }
  | { readonly type: 'lost'; readonly reason: string; readonly retryMs: number; readonly isRefused: boolean };

const RETRY_BASE_MS = 500;
const RETRY_CAP_MS = 15_000;
/** The platform writes a comment at least every 15 s; twice that without a byte means that the connection is lost. */
const SILENCE_MS = 35_000;

/**
 * Yields changes on the platform as they happen until the signal aborts, resumed after every loss with the last id received.
 * `onData` is called whenever anything arrives, also what keeps the connection alive.
 */
export async function* watchTopics(
  { client, workspace }: { readonly client: Client; readonly workspace: string },
  topics: readonly Topic[],
  { signal, onData }: { readonly signal: AbortSignal; readonly onData?: () => void },
): AsyncGenerator<LiveMessage> {
  let lastId: string | null = null;
  let attempt = 0;
  while (!signal.aborted) {
    try {
      const response = await open(client, workspace, { topics, lastId, signal });
      yield { type: 'open' };
      attempt = 0;
      for await (const event of eventStream(response, {
        silenceMs: SILENCE_MS,
        signal,
        ...(onData === undefined ? {} : { onData }),
      })) {
        if (event.id !== undefined) lastId = event.id;
        const change = changeEvent.safeParse(parseJson(event.data));
        if (change.success) yield { type: 'change', change: change.data };
      }
      yield* lost('The platform closed the connection.', attempt, false);
    } catch (error) {
      if (signal.aborted) return;
      yield* lost(explain(error).message, attempt, error instanceof Refused);
    }
    // Full jitter, so that a thousand clients of a restarted platform do not come back at once.
    await delay(Math.random() * backOff(attempt), signal);
    attempt += 1;
  }
}

/** The reason of a loss when the token is no longer accepted. */
export const SESSION_OVER = 'The session has ended.';

/** The platform refuses this credential; another attempt with it is of no use. */
class Refused extends Error {}

/** Resolves after some time, or as soon as the signal aborts. */
async function delay(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = () => resolve();
  const timer = setTimeout(done, ms);
  signal.addEventListener('abort', done, { once: true });
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', done);
}

function backOff(attempt: number): number {
  return Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** attempt);
}

function* lost(reason: string, attempt: number, isRefused: boolean): Generator<LiveMessage> {
  yield { type: 'lost', reason, retryMs: backOff(attempt), isRefused };
}

async function open(
  client: Client,
  workspace: string,
  options: { topics: readonly Topic[]; lastId: string | null; signal: AbortSignal },
): Promise<Response> {
  const { baseUrl, token } = client.options;
  const path = EVENTS_PATH.replace('{workspace}', encodeURIComponent(workspace));
  const headers = new Headers({ accept: 'text/event-stream' });
  if (token) headers.set('authorization', `Bearer ${token}`);
  if (options.lastId !== null) headers.set('last-event-id', options.lastId);
  const url = `${baseUrl.replace(/\/$/, '')}${path}?topics=${options.topics.join(',')}`;
  const response = await (client.options.fetch ?? fetch)(url, { headers, signal: options.signal }).catch(
    (cause: unknown) => {
      throw unreachable(baseUrl, cause);
    },
  );
  if (response.ok && response.body) return response;
  await response.body?.cancel();
  if (response.status === 401) throw new Refused(SESSION_OVER);
  if (response.status === 403) throw new Refused('This account no longer has access to the workspace.');
  throw new Error(`The platform refused live updates (${response.status}).`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
