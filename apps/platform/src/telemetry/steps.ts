const DAY_MS = 86_400_000;

/** A step of time over which requests are summed. */
export interface Step {
  readonly step: '1m' | '10m' | '1h' | '1d';
  readonly table: string;
  readonly seconds: number;
  readonly keptMs: number;
  /** Time of one partition: a partition is dropped once all of it is past retention. */
  readonly partitionMs: number;
}

/** Shortest first. */
export const STEPS: readonly [Step, Step, Step, Step] = [
  { step: '1m', table: 'metric_1m', seconds: 60, keptMs: 25 * 3_600_000, partitionMs: DAY_MS },
  { step: '10m', table: 'metric_10m', seconds: 600, keptMs: 8 * DAY_MS, partitionMs: DAY_MS },
  { step: '1h', table: 'metric_1h', seconds: 3600, keptMs: 62 * DAY_MS, partitionMs: 7 * DAY_MS },
  { step: '1d', table: 'metric_1d', seconds: 86_400, keptMs: 800 * DAY_MS, partitionMs: 90 * DAY_MS },
];

export function findStep(name: Step['step']): Step {
  return STEPS.find(({ step }) => step === name) ?? STEPS[3];
}
