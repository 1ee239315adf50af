import type { Session } from '@portolan/console/kinds/kind';
import { followPlatform, type LiveState } from '@portolan/console/live/live';
import type { Gate } from './session-client.ts';

type Follower = Parameters<typeof followPlatform>[1];

/** Where to connect after this screen is left. */
export type SwitchTarget = { readonly context: string } | { readonly workspace: string };

export interface ConnectionOptions {
  readonly session: Session;
  readonly gate: Gate;
  readonly now: () => number;
  readonly changed: () => void;
  /** Receives one change of the platform's data. */
  readonly onChange: Follower['change'];
  /** Reads everything again: changes may have been missed. */
  readonly refresh: () => void;
  readonly onReadOnly: () => void;
}

/** The connection to the platform: who is signed in, what is allowed, and whether changes arrive. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly gate: Gate;
  /** Settles when the first view is open; null from then on. */
  opening: Promise<void> | null = null;
  live: LiveState = { state: 'connecting' };
  /** Whether live updates are held back. */
  isPaused = false;
  switchTo: SwitchTarget | null = null;
  /** Keys created in this session by their user's e-mail, so that a call can be tried; only ever in memory. */
  readonly createdKeys = new Map<string, string>();
  #stop = new AbortController();
  #lapse: NodeJS.Timeout | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.gate = options.gate;
  }

  /** Starts to follow the platform, until `close`. */
  start(): void {
    const { session, now, changed, onChange, refresh } = this.#options;
    void followPlatform(
      session,
      {
        change: onChange,
        state: (state) => {
          this.live = state;
          if (state.state === 'lost' && state.isSessionOver) this.gate.refused?.();
          changed();
        },
        resumed: refresh,
      },
      { signal: this.#stop.signal, now },
    );
  }

  /** Goes on as the account that the platform has named. */
  opened(who: Pick<Session, 'account' | 'workspace' | 'role'>): void {
    Object.assign(this.#options.session, who);
    this.opening = null;
    this.start();
    this.#options.refresh();
    this.#options.changed();
  }

  /** Connects again at once instead of when the next attempt is due. */
  reconnect(): void {
    if (this.opening) return;
    this.#stop.abort();
    this.#stop = new AbortController();
    this.start();
    this.#options.refresh();
  }

  /** Allows changes for a time. */
  allowWriting(forMs: number): void {
    this.gate.isWritable = true;
    clearTimeout(this.#lapse);
    this.#lapse = setTimeout(() => {
      this.gate.isWritable = false;
      this.#options.onReadOnly();
    }, forMs);
  }

  close(): void {
    this.#stop.abort();
    clearTimeout(this.#lapse);
  }
}
