export interface BenchOptions {
  readonly rounds: number;
  /** Milliseconds of one measurement. */
  readonly ms: number;
  /** Names of figures to measure; empty for all. */
  readonly only: readonly string[];
  /** Prints progress on stderr; stdout is for the report. */
  log(text: string): void;
}

/** Figures by name. Ratios come first; what they were computed from may follow in nested objects. */
export type BenchReport = Record<string, unknown>;

export interface Bench {
  run(options: BenchOptions): Promise<BenchReport>;
}
