import type { Job, Platform } from '../platform.ts';
import type { DirectoryStreams } from './directory-streams.ts';
import { FleetReconciler } from './reconciler.ts';

const RECONCILE_MS = 1_000;
/** The directory is read also without a change: a lost notification must not last. */
const REFRESH_MS = 10_000;
/** A broker takes the platform for lost after 8 s of silence. */
const IDLE_MS = 2_000;

/** Returns the jobs that keep tunnels on the brokers they belong on, and the brokers' directory streams current. */
export function fleetJobs(platform: Platform, streams: DirectoryStreams): Job[] {
  const reconciler = new FleetReconciler(platform, streams);
  return [
    { name: 'fleet.reconcile', everyMs: RECONCILE_MS, run: () => reconciler.reconcile() },
    { name: 'directory.refresh', everyMs: REFRESH_MS, run: async () => streams.invalidate() },
    { name: 'directory.idle', everyMs: IDLE_MS, run: async () => streams.sendIdle() },
  ];
}
