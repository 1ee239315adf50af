import type { ContextDetails } from '../../bridge/verbs.ts';
import type { Connections } from '../contexts/connections.ts';
import { AlertWatch, type AlertWatchOptions, type ContextState } from './alert-watch.ts';

export interface AlertWatchesOptions extends Pick<AlertWatchOptions, 'onAlert' | 'onError'> {
  readonly connections: Connections;
  readonly onState: () => void;
}

/** Follows the alerts of all contexts that are signed in. */
export class AlertWatches {
  readonly #options: AlertWatchesOptions;
  readonly #watches = new Map<string, AlertWatch>();
  #isClosed = false;

  constructor(options: AlertWatchesOptions) {
    this.#options = options;
  }

  /** Follows these contexts and no others. */
  async follow(contexts: readonly ContextDetails[]): Promise<void> {
    const wanted = new Map(this.#isClosed ? [] : contexts.map((context) => [keyOf(context), context]));
    const gone = [...this.#watches].filter(([key]) => !wanted.has(key));
    for (const [key] of gone) this.#watches.delete(key);
    for (const [key, context] of wanted)
      if (!this.#watches.has(key)) this.#watches.set(key, this.#watch(context));
    await Promise.all(gone.map(([, watch]) => watch.close()));
  }

  states(): readonly ContextState[] {
    return [...this.#watches.values()].map(({ state }) => state);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.follow([]);
  }

  #watch(context: ContextDetails): AlertWatch {
    const { connections, onState, onAlert, onError } = this.#options;
    return new AlertWatch({ client: connections.client(context), context, onState, onAlert, onError });
  }
}

function keyOf({ name, platform, workspace }: ContextDetails): string {
  return JSON.stringify([name, platform, workspace]);
}
