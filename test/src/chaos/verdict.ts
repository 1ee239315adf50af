/** One thing that was wanted, and what happened. */
export interface Check {
  readonly what: string;
  readonly wanted: string;
  readonly got: number | boolean;
  readonly ok: boolean;
}

/** `ok`: whether everything wanted is what happened. `skipped`: why it could not be tried here. */
export type ChaosReport = {
  readonly ok: boolean;
  readonly wanted: readonly Check[];
  readonly skipped?: string;
} & Record<string, unknown>;

export function none(what: string, got: number): Check {
  return { what, wanted: '0', got, ok: got === 0 };
}

export function atMost(what: string, max: number, got: number): Check {
  return { what, wanted: `≤ ${max}`, got, ok: got <= max };
}

export function isTrue(what: string, got: boolean): Check {
  return { what, wanted: 'true', got, ok: got };
}

/** The agent's data, whole. */
export function dataIsWhole({ lost, duplicated }: { lost: number; duplicated: number }): Check[] {
  return [none('data lost', lost), none('data duplicated', duplicated)];
}

export function judge(wanted: readonly Check[], facts: Readonly<Record<string, unknown>>): ChaosReport {
  return { ok: wanted.every(({ ok }) => ok), wanted, ...facts };
}
