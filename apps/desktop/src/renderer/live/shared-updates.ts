import { followPlatform, type LiveListener } from '@portolan/console/live/live';
import type { Session } from '@portolan/console/kinds/kind';

type Message =
  | { readonly type: 'change'; readonly change: Parameters<LiveListener['change']>[0] }
  | { readonly type: 'state'; readonly state: Parameters<LiveListener['state']>[0] }
  | { readonly type: 'resumed' }
  /** A tab that has just been opened asks for the state. */
  | { readonly type: 'hello' };

/**
 * Follows the platform's events for all tabs of the browser over one connection: browsers open six connections to an origin
 * at most (HTTP/1.1), and each stream would keep one, so that the seventh tab would wait for ever. The tab that holds the lock
 * has the connection and passes events on; when it is closed, another takes over. Resolves once the signal aborts.
 */
export async function followSharedUpdates(
  session: Session,
  listener: LiveListener,
  signal: AbortSignal,
): Promise<void> {
  const name = `portolan live ${session.account.id} ${session.workspace}`;
  const now = () => Date.now();
  // Pages over plain HTTP from another machine have no locks (they are no secure contexts).
  if (!('locks' in navigator)) return followPlatform(session, listener, { signal, now });
  const channel = new BroadcastChannel(name);
  const stop = () => channel.close();
  signal.addEventListener('abort', stop, { once: true });
  let isSecond = false;
  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data.type !== 'hello') isSecond = true;
    deliver(listener, data);
  });
  post(channel, { type: 'hello' });
  await navigator.locks
    .request(name, { signal }, () => lead(session, { listener, channel, signal, isSecond, now }))
    .catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
}

interface Lead {
  readonly listener: LiveListener;
  readonly channel: BroadcastChannel;
  readonly signal: AbortSignal;
  /** Another tab had the connection before. */
  readonly isSecond: boolean;
  now(): number;
}

/** Holds the connection and passes on what arrives, here and to the other tabs. */
async function lead(session: Session, { listener, channel, signal, isSecond, now }: Lead): Promise<void> {
  let state: Message = { type: 'state', state: { state: 'connecting' } };
  const send = (message: Message) => {
    if (signal.aborted) return;
    deliver(listener, message);
    post(channel, message);
  };
  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data.type === 'hello') post(channel, state);
  });
  // Between that tab's connection and this one events may have been missed.
  let isGap = isSecond;
  await followPlatform(
    session,
    {
      change: (change) => send({ type: 'change', change }),
      state(next) {
        state = { type: 'state', state: next };
        send(state);
        if (next.state !== 'live' || !isGap) return;
        isGap = false;
        send({ type: 'resumed' });
      },
      resumed: () => send({ type: 'resumed' }),
    },
    { signal, now },
  );
}

function post(channel: BroadcastChannel, message: Message): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel reaches its own origin only
  channel.postMessage(message);
}

function deliver(listener: LiveListener, message: Message): void {
  if (message.type === 'change') listener.change(message.change);
  else if (message.type === 'state') listener.state(message.state);
  else if (message.type === 'resumed') listener.resumed();
}
