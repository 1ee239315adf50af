import type { Capability } from '../platform.ts';
import { sweepChanges } from '../db/changes.ts';
import { serveEvents } from './stream.ts';

const SWEEP_MS = 10 * 60_000;

/** Live updates. */
export const events: Capability = {
  name: 'events',
  mount: serveEvents,
  start({ db, log }) {
    const sweep = () => {
      sweepChanges(db).catch((error: unknown) =>
        log.warn({ event: 'changes.sweep-failed', error: String(error) }),
      );
    };
    const timer = setInterval(sweep, SWEEP_MS);
    return { close: () => clearInterval(timer) };
  },
};
