import type { TunnelEndpoint } from '@portolan/contract/agent';
import { fullJitter } from '@portolan/process/retry';
import { dialTunnel, type DialOptions } from '@portolan/tunnel/websocket/dial';
import { TunnelDialError } from '@portolan/tunnel/websocket/dial-error';
import { PORTOLAN_V1 } from '@portolan/tunnel/session/typed-streams';
import type { Session } from '@portolan/tunnel/session/session';

export type TunnelState = 'waiting' | 'dialling' | 'live' | 'refused' | 'closed';

export interface TunnelEvents {
  /** A session is up: it may carry requests, and its streams must be served. */
  up(session: Session): void;
  /** The session takes nothing new; what it carries may finish. */
  leaving(session: Session): void;
  down(session: Session, why: string): void;
  failed(error: TunnelDialError): void;
}

export type TunnelDialOptions = Pick<DialOptions, 'ca' | 'cert' | 'key' | 'proxy' | 'session'> & {
  /** Returns the bearer token for one tunnel. */
  readonly ticket: (tunnelId: string) => string;
};

const UNREACHABLE = { baseMs: 1_000, capMs: 60_000 };
/** What an operator must put right is asked again rarely, but it is: it may have been. */
const REFUSED = { baseMs: 10_000, capMs: 60_000 };
const REFUSALS = new Set(['unauthorized', 'forbidden', 'conflict', 'bad-request', 'not-found']);
/** Back-off starts over only after a session held this long: one that ends at once is a failure too. */
const STABLE_MS = 30_000;
/** How soon a tunnel is dialled again once another one shows that brokers can be reached. */
const HURRY_MS = 3_000;
/** An old session that no successor could be had for is given up after that. */
const HANDOVER_MS = 15_000;
/** Sessions are renewed about once a day, long before their stream ids or anything else of age runs out. */
const AGE_MS = 24 * 3600_000;

/** Keeps one tunnel to one broker, for as long as it is wanted. */
export class Tunnel {
  readonly endpoint: TunnelEndpoint;
  readonly #dial: TunnelDialOptions;
  readonly #events: TunnelEvents;
  readonly #ending = new AbortController();
  readonly #leaving = new Set<Session>();
  #session: Session | null = null;
  #state: TunnelState = 'waiting';
  #lastError: string | null = null;
  #failures = 0;
  #isRefused = false;
  #pause: Pause | null = null;
  #handover: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(endpoint: TunnelEndpoint, dial: TunnelDialOptions, events: TunnelEvents) {
    this.endpoint = endpoint;
    this.#dial = dial;
    this.#events = events;
  }

  get state(): TunnelState {
    return this.#state;
  }

  /** The session new requests may use. */
  get session(): Session | null {
    return this.#session && !this.#session.closed && !this.#session.draining ? this.#session : null;
  }

  /** Why the last attempt failed; null while it is live. */
  get lastError(): string | null {
    return this.#lastError;
  }

  get failures(): number {
    return this.#failures;
  }

  /** Starts after `delayMs`: the first dials of an agent are spread. */
  start(delayMs: number): void {
    this.#running = this.#run(delayMs);
  }

  /** Ends gently: what is under way finishes, for as long as a session's close takes. */
  async close(): Promise<void> {
    this.#state = 'closed';
    this.#ending.abort();
    clearTimeout(this.#handover);
    const sessions = new Set([...this.#leaving, ...(this.#session ? [this.#session] : [])]);
    await Promise.all(
      Array.from(sessions, (session) => session.close('The agent no longer keeps this tunnel.')),
    );
    await this.#running;
  }

  /** Ends at once. */
  destroy(): void {
    this.#state = 'closed';
    this.#ending.abort();
    clearTimeout(this.#handover);
    for (const session of this.#leaving) session.destroy();
    this.#session?.destroy();
  }

  /** The way is open again, as another tunnel of this agent has just shown: no reason to wait out a long pause. */
  hurry(): void {
    if (!this.#isRefused) this.#pause?.shorten(Math.random() * HURRY_MS);
  }

  async #run(delayMs: number): Promise<void> {
    await this.#wait(delayMs);
    while (!this.#ending.signal.aborted) {
      const session = await this.#connect();
      if (session) await this.#hold(session);
      else await this.#wait(this.#backoffMs());
    }
  }

  async #connect(): Promise<Session | null> {
    if (!this.session) this.#state = 'dialling';
    try {
      const { ticket, ...dial } = this.#dial;
      const session = await dialTunnel({
        ...dial,
        token: ticket(this.endpoint.id),
        url: `${this.endpoint.url.replace(/\/$/, '')}/tunnel/${this.endpoint.id}`,
        subprotocol: PORTOLAN_V1,
        signal: this.#ending.signal,
      });
      if (!this.#ending.signal.aborted) return session;
      session.destroy();
    } catch (error) {
      if (!(error instanceof TunnelDialError)) throw error;
      if (!this.#ending.signal.aborted) this.#fail(error);
    }
    return null;
  }

  #fail(error: TunnelDialError): void {
    this.#failures += 1;
    this.#isRefused = REFUSALS.has(error.code);
    if (!this.session) this.#state = this.#isRefused ? 'refused' : 'waiting';
    this.#lastError = error.message;
    this.#events.failed(error);
  }

  #backoffMs(): number {
    const pace = this.#isRefused ? REFUSED : UNREACHABLE;
    // Full jitter can be next to nothing; a refusal that comes at once must not become a busy loop.
    return pace.baseMs / 10 + fullJitter(pace, this.#failures - 1);
  }

  /** Waits until the session must be replaced: it ended, the broker said go-away, or it is old or short of stream ids. */
  async #hold(session: Session): Promise<void> {
    const upAt = performance.now();
    this.#takeOver(session);
    const over = Promise.withResolvers<'left' | 'due'>();
    const age = setTimeout(() => over.resolve('due'), AGE_MS * (0.75 + Math.random() / 2));
    session.on('goAway', () => over.resolve('left'));
    session.on('rotate', () => over.resolve('due'));
    session.on('close', ({ message }) => {
      over.resolve('left');
      this.#leaving.delete(session);
      if (this.#session === session) this.#session = null;
      this.#events.down(session, message);
    });
    this.#events.up(session);
    if (session.closed || session.draining) over.resolve('left');
    const why = await over.promise;
    clearTimeout(age);
    // Nothing failed where a successor is due: it is dialled at once, and until it is up the session serves as before.
    if (this.#ending.signal.aborted || (why === 'due' && !session.closed)) {
      this.#failures = 0;
      return;
    }
    if (!session.closed) {
      // What comes down it is served until its successor is up; up it nothing more can go once the broker said go-away.
      if (session.draining) this.#leave(session);
      this.#handover = setTimeout(() => this.#letGo(session), HANDOVER_MS);
    }
    await this.#settleBack(performance.now() - upAt);
  }

  #takeOver(session: Session): void {
    const predecessor = this.#session;
    this.#session = session;
    this.#state = 'live';
    this.#lastError = null;
    this.#isRefused = false;
    if (predecessor) this.#letGo(predecessor);
  }

  async #settleBack(heldMs: number): Promise<void> {
    this.#failures = heldMs >= STABLE_MS ? 0 : this.#failures + 1;
    if (!this.session) this.#state = 'waiting';
    // A tunnel that was stable is replaced at once; only the herd that lost the same broker must be spread.
    await this.#wait(this.#failures === 0 ? Math.random() * 500 : this.#backoffMs());
  }

  /** An old session goes when what it carries has finished. */
  #letGo(session: Session): void {
    clearTimeout(this.#handover);
    if (this.#session === session) this.#session = null;
    if (session.closed) return;
    this.#leave(session);
    void session.close('Replaced by a newer session.');
  }

  #leave(session: Session): void {
    if (this.#leaving.has(session)) return;
    this.#leaving.add(session);
    this.#events.leaving(session);
  }

  async #wait(ms: number): Promise<void> {
    this.#pause = new Pause(ms, this.#ending.signal);
    await this.#pause.over;
    this.#pause = null;
  }
}

/** A wait that can be shortened, and ends with its owner. */
class Pause {
  readonly over: Promise<void>;
  readonly #end: () => void;
  #timer: NodeJS.Timeout;
  #endsAt: number;

  constructor(ms: number, ending: AbortSignal) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.over = promise;
    this.#end = () => {
      clearTimeout(this.#timer);
      ending.removeEventListener('abort', this.#end);
      resolve();
    };
    this.#endsAt = performance.now() + ms;
    this.#timer = setTimeout(this.#end, ms);
    ending.addEventListener('abort', this.#end);
    if (ending.aborted) this.#end();
  }

  shorten(ms: number): void {
    const endsAt = performance.now() + ms;
    if (endsAt >= this.#endsAt) return;
    this.#endsAt = endsAt;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#end, ms);
  }
}
