const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** For how long a domain is served after its proof disappeared. */
export const AT_RISK_MS = 7 * DAY_MS;
/** For how long the former workspace keeps a domain whose proof it still publishes, after another one proved it too. */
export const MOVE_GRACE_MS = DAY_MS;
const RECHECK_MS = DAY_MS;
const RECHECK_AT_RISK_MS = HOUR_MS;
const RECHECK_UNKNOWN_MS = 10 * MINUTE_MS;
/** How often a claim is checked that was not proved yet, by its age: people who change DNS records watch the first minutes. */
const PENDING_LADDER: readonly (readonly [ageBelowMs: number, everyMs: number])[] = [
  [10 * MINUTE_MS, 15_000],
  [HOUR_MS, MINUTE_MS],
  [DAY_MS, 10 * MINUTE_MS],
  [7 * DAY_MS, HOUR_MS],
];

export type OwnershipState = 'pending' | 'verified' | 'at-risk' | 'lost';

/** Claim of an object to a custom domain, as far as its state depends on it. */
export interface Claim {
  readonly state: OwnershipState;
  readonly createdAt: Date;
  readonly missingSince: Date | null;
  /** Time at which the domain moves here from a workspace that still proves it. */
  readonly movesAt: Date | null;
}

/** What one check saw. */
export interface Observation {
  /** `unknown`: no resolver gave a definite reply. It never changes a state. */
  readonly proof: 'present' | 'absent' | 'unknown';
  /** Whether another workspace is served under the domain, and if so whether it still proves it. */
  readonly holder: 'none' | 'proved' | 'unproved';
}

export interface Verdict {
  readonly state: OwnershipState;
  readonly missingSince: Date | null;
  readonly movesAt: Date | null;
  readonly nextCheckAt: Date;
  /** Whether the other workspace loses the domain. */
  readonly takesOver: boolean;
}

/** Returns the state of a claim after a check. */
export function judge(claim: Claim, { proof, holder }: Observation, now: Date): Verdict {
  const later = (ms: number) => new Date(now.getTime() + ms);
  const { state, missingSince, movesAt } = claim;
  const same = { state, missingSince, movesAt, takesOver: false };
  if (proof === 'unknown')
    return { ...same, nextCheckAt: later(Math.min(RECHECK_UNKNOWN_MS, pause(claim, now))) };
  if (proof === 'absent') return withoutProof(claim, now);
  const waits = holder === 'proved' && now < (movesAt ?? later(MOVE_GRACE_MS));
  if (waits) {
    const until = movesAt ?? later(MOVE_GRACE_MS);
    return {
      ...same,
      movesAt: until,
      nextCheckAt: new Date(Math.min(until.getTime(), later(HOUR_MS).getTime())),
    };
  }
  return {
    state: 'verified',
    missingSince: null,
    movesAt: null,
    nextCheckAt: later(RECHECK_MS),
    takesOver: holder !== 'none',
  };
}

function withoutProof(claim: Claim, now: Date): Verdict {
  const nextCheckAt = new Date(now.getTime() + pause(claim, now));
  const rest = { movesAt: null, nextCheckAt, takesOver: false };
  if (claim.state === 'pending' || claim.state === 'lost') {
    return { ...rest, state: claim.state, missingSince: claim.missingSince };
  }
  const missingSince = claim.missingSince ?? now;
  const isOver = now.getTime() - missingSince.getTime() >= AT_RISK_MS;
  return { ...rest, state: isOver ? 'lost' : 'at-risk', missingSince };
}

function pause({ state, createdAt }: Claim, now: Date): number {
  if (state === 'lost') return RECHECK_MS;
  if (state !== 'pending') return RECHECK_AT_RISK_MS;
  const age = now.getTime() - createdAt.getTime();
  return PENDING_LADDER.find(([below]) => age < below)?.[1] ?? RECHECK_MS;
}
