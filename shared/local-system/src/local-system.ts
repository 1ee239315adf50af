import { join, resolve } from 'node:path';
import { EXAMPLES } from './example.ts';
import { openDataDir } from './data-dir.ts';
import type { Part } from './part.ts';
import { startParts, type SystemDetails } from './parts.ts';
import type { Served } from './served.ts';
import { waitUntilSettled } from './settled.ts';

const SETTLE_MS = 60_000;
/** A part that still runs this long after SIGTERM is killed. */
const STOP_MS = 35_000;

export interface LocalSystemOptions {
  /** Root of the repository or installation. */
  readonly root: string;
  readonly served: Served;
  /** Directory of all state; created when missing, locked until the end. */
  readonly dataDir: string;
  /** Port of the platform; the others follow it or are free. 0: any free port. */
  readonly port: number;
  /** Whether a part that ends is started again. */
  readonly restarts: boolean;
  /** Node that runs the parts; default: the one that runs this program. */
  readonly node?: string | undefined;
  /** Receives one line about each step of the start. */
  readonly onProgress: (text: string) => void;
  /** Receives one line about each part that ends or runs again. */
  readonly onChange: (text: string) => void;
}

/** A platform with its database, three brokers and an agent on this machine. */
export interface LocalSystem {
  /** Absolute path. */
  readonly dataDir: string;
  /** Starts all parts and returns where they are. Rejects with a `StartupError` when one of them cannot start. */
  start(): Promise<SystemDetails>;
  /** Waits until all tunnels are up and the manifests are applied; false when that takes too long or the signal aborts. */
  settled(details: SystemDetails, signal: AbortSignal): Promise<boolean>;
  /** Stops all parts, started or still starting, and releases the data directory. */
  stop(): Promise<void>;
  /** Kills what still runs. */
  kill(): void;
}

/** Takes the data directory and returns a system that is ready to start. Throws a `StartupError` when it is in use. */
export function createLocalSystem({
  dataDir,
  onProgress,
  onChange,
  ...options
}: LocalSystemOptions): LocalSystem {
  const taken = openDataDir(resolve(dataDir));
  const parts: Part[] = [];
  let isStopping = false;
  const onPart = (part: Part) => {
    parts.push(part);
    // Its start was under way when stopping began, and `stop` has not seen it.
    if (isStopping) part.kill();
  };
  return {
    dataDir: taken.path,
    start: () =>
      startParts(options, { root: options.root, dataDir: taken.path }, { onPart, onProgress, onChange }),
    settled: (details, signal) => waitUntilSettled(details, SETTLE_MS, signal),
    async stop() {
      isStopping = true;
      await stopInOrder(parts);
      taken.release();
    },
    kill() {
      for (const part of parts) part.kill();
    },
  };
}

/** Returns the directory of the logs of all parts. */
export function logsDir(system: LocalSystem): string {
  return join(system.dataDir, 'logs');
}

/**
 * Stops the agent first: it finishes its requests and hands in its figures through brokers that have nothing left to
 * drain then. The platform is last: everything else reports to it.
 */
async function stopInOrder(parts: readonly Part[]): Promise<void> {
  const rank = ({ name }: Part): number =>
    name === 'agent' ? 0 : name.startsWith('broker-') || name in EXAMPLES ? 1 : 2;
  for (const turn of [0, 1, 2]) {
    await Promise.all(parts.filter((part) => rank(part) === turn).map((part) => part.stop(STOP_MS)));
  }
}
