import { followState, stateMessage, type StateMessage } from '@portolan/contract/desired-state';
import type { AgentLogger } from '../../logger.ts';
import { Backoff } from '@portolan/process/retry';
import { RepeatedWarning } from '../uplink/repeated-warning.ts';
import { followPlatform, type Uplink } from '../uplink/uplink.ts';
import { applyMessage, type Desired } from './desired.ts';

/** The platform sends something every 5 s; three times that without a word means that the way is broken. */
const SILENCE_MS = 15_000;
const PACE = { baseMs: 100, capMs: 5_000, floor: 0.1 };

export interface StateFollowerOptions {
  readonly uplink: Uplink;
  readonly log: AgentLogger;
  /** What is known from before, so that only what changed since travels. */
  readonly known: Desired | null;
  /** Told of each new revision with the message that led to it. */
  readonly onDesired: (desired: Desired, message: StateMessage) => void;
}

/** Follows what the platform wants of this cluster, over one connection after another, until the signal aborts. */
export async function followDesiredState(options: StateFollowerOptions, signal: AbortSignal): Promise<void> {
  const { log, onDesired } = options;
  const trouble = new RepeatedWarning(log, 'state.interrupted');
  const backoff = new Backoff(PACE);
  let known = options.known;
  while (!signal.aborted) {
    const silence = new AbortController();
    const silent = setTimeout(() => silence.abort(new Error('nothing was heard for 15 s')), SILENCE_MS);
    try {
      const query = known === null ? {} : { revision: known.revision };
      const following = followPlatform(
        options.uplink,
        followState,
        { query },
        {
          signal: AbortSignal.any([signal, silence.signal]),
          onData: () => silent.refresh(),
        },
      );
      for await (const line of following) {
        const message = stateMessage.parse(line);
        const next = applyMessage(known, message);
        backoff.reset();
        trouble.over('the desired state arrives again');
        if (next === known) continue;
        known = next;
        // A patch on something else than what is here: ask again, from the beginning.
        if (next === null) break;
        onDesired(next, message);
      }
    } catch (error) {
      const reason: unknown = silence.signal.aborted ? silence.signal.reason : error;
      const why = reason instanceof Error ? reason.message : String(reason);
      if (!signal.aborted)
        trouble.warn(
          `The desired state is not arriving: ${why}. Serving goes on with revision ${known?.revision ?? 'none'}.`,
        );
    } finally {
      clearTimeout(silent);
      silence.abort();
    }
    await backoff.wait(signal);
  }
}
