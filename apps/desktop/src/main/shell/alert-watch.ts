import { listAlerts, type Alert } from '@portolan/contract/alerts';
import { whoAmI } from '@portolan/contract/sessions';
import type { Client } from '@portolan/contract/client';
import type { Session } from '@portolan/console/kinds/kind';
import { followPlatform, type LiveState } from '@portolan/console/live/live';
import type { ContextDetails } from '../../bridge/verbs.ts';

/** What is true of a context while the app runs, whether its window is open or not. */
export interface ContextState {
  readonly context: ContextDetails;
  readonly live: LiveState['state'];
  /** Alerts that fire now. */
  readonly firing: readonly Alert[];
}

export interface AlertWatchOptions {
  readonly client: Client;
  readonly context: ContextDetails;
  readonly onState: (state: ContextState) => void;
  /** Called with each alert that began to fire while the app ran. */
  readonly onAlert: (alert: Alert, where: { readonly context: string; readonly workspace: string }) => void;
  readonly onError: (error: unknown) => void;
}

/** Follows the alerts of one context until closed. */
export class AlertWatch {
  readonly #options: AlertWatchOptions;
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  #state: ContextState;
  #known: ReadonlySet<string> | null = null;

  constructor(options: AlertWatchOptions) {
    this.#options = options;
    this.#state = { context: options.context, live: 'connecting', firing: [] };
    this.#done = this.#follow().catch((error: unknown) => {
      if (this.#stop.signal.aborted) return;
      this.#set({ live: 'lost' });
      options.onError(error);
    });
  }

  get state(): ContextState {
    return this.#state;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #follow(): Promise<void> {
    const session = await this.#openSession();
    const listener = {
      change: ({ topic }: { readonly topic: string }) => {
        if (topic === 'alerts') this.#readSoon(session);
      },
      // Read once the stream is open, and again whenever it is: what changes from then on arrives as an event.
      state: ({ state }: LiveState) => {
        this.#set({ live: state });
        if (state === 'live') this.#readSoon(session);
      },
      resumed: () => undefined,
    };
    await followPlatform(session, listener, { signal: this.#stop.signal, now: Date.now });
  }

  async #openSession(): Promise<Session> {
    const { client, context } = this.#options;
    const account = await client.call(whoAmI, {}, this.#stop.signal);
    const own =
      account.workspaces.find(({ workspace }) => workspace === context.workspace) ?? account.workspaces[0];
    if (own === undefined) throw new Error('the account is not a member of any workspace');
    return { client, account, workspace: own.workspace, role: own.role };
  }

  #readSoon(session: Session): void {
    this.#read(session).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) this.#options.onError(error);
    });
  }

  async #read({ client, workspace }: Session): Promise<void> {
    const query = { filter: 'state=firing', limit: 100 };
    const { items } = await client.call(listAlerts, { params: { workspace }, query }, this.#stop.signal);
    const firing = items.filter(({ state, silence }) => state === 'firing' && silence === null);
    const known = this.#known;
    this.#known = new Set(firing.map(({ id }) => id));
    this.#set({ firing });
    // What fired before the app started is on the screen and in the tray; only news interrupt.
    if (known === null) return;
    const context = this.#options.context.name;
    for (const alert of firing)
      if (!known.has(alert.id)) this.#options.onAlert(alert, { context, workspace });
  }

  #set(change: Partial<ContextState>): void {
    this.#state = { ...this.#state, ...change };
    if (!this.#stop.signal.aborted) this.#options.onState(this.#state);
  }
}
