import type { CreateCapability } from '../platform.ts';
import { sweepChanges } from '../db/changes.ts';
import { serveEvents } from './serve-events.ts';

const SWEEP_MS = 10 * 60_000;

/** Live updates of a workspace, and the removal of old changes. */
export const events: CreateCapability = ({ db }) => ({
  routes: serveEvents,
  jobs: [{ name: 'changes.sweep', everyMs: SWEEP_MS, run: () => sweepChanges(db) }],
});
