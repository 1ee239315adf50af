import type { ChaosReport } from './verdict.ts';

export interface ChaosOptions {
  /** Prints progress on stderr; stdout is for the report. */
  log(text: string): void;
  /** Seconds the platform stays away. */
  readonly awaySeconds: number;
  /** Seconds paths are slow and lossy. */
  readonly slowSeconds: number;
  /** Number of agents in a storm. */
  readonly agents: number;
  /** Megabytes of each large body. */
  readonly bodyMb: number;
  /** How long a fuzz run throws, and what its exchanges follow from. */
  readonly minutes: number;
  readonly seed: number;
}

export interface Chaos {
  run(options: ChaosOptions): Promise<ChaosReport>;
}
