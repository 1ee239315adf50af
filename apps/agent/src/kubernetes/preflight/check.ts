/** What a check found out. */
export interface CheckResult {
  /** `failed`: the agent cannot work; `warning`: a feature is off. */
  readonly outcome: 'ok' | 'warning' | 'failed';
  /** What was checked and found, as one sentence without a full stop. */
  readonly text: string;
  /** What to do about it. */
  readonly fix?: string;
}

/** Returns the result for people: outcome in a column, then text and what to do. */
export function formatResult({ outcome, text, fix }: CheckResult): string {
  const mark = { ok: 'ok', warning: 'warning', failed: 'FAILED' }[outcome];
  return `${mark.padEnd(8)} ${text}${fix === undefined ? '' : `\n         ${fix}`}\n`;
}
