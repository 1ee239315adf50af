import { limitsOf } from '../orders/limits.ts';
import { nextAttempt, nextLook, planRenewal, type Life, type RenewalPlan } from '../orders/renewal-time.ts';
import { Buckets, renewedAtPart, SimulatedAuthority } from './authority.ts';
import { EventQueue } from './event-queue.ts';

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;
const DIRECTORY = 'https://authority.test/directory';
/** Two certificates in three are below a registered domain of another one. */
const PER_DOMAIN = 3;

export interface YearOptions {
  readonly certificates: number;
  readonly lifeMs: number;
  readonly failures: number;
  /** A seed, so that a run can be repeated. */
  readonly seed: number;
}

export interface YearReport {
  readonly issued: number;
  /** Issuances that the life and the authority's windows make necessary. */
  readonly needed: number;
  readonly issuedPerNeeded: number;
  /** Certificates that ended before they were renewed. */
  readonly expired: number;
  /** Orders that the authority refused for a limit. */
  readonly limited: number;
  readonly looks: number;
  /** Hours until the last certificate that was revoked has been replaced. */
  readonly revocationHours: number;
}

interface Entry {
  readonly host: string;
  life: Life | null;
  plan: RenewalPlan | null;
  failures: number;
  isExpired: boolean;
}

/**
 * Runs a year of certificates by the clock of its events, with the scheduling that orders use: an authority with limits, one that
 * is away for two days, and one that revokes everything in the middle of the year.
 */
export function simulateYear({ certificates, lifeMs, failures, seed }: YearOptions): YearReport {
  const random = randomOf(seed);
  const revocationAt = 180 * DAY_MS;
  const authority = new SimulatedAuthority(
    { failures, outages: [[60 * DAY_MS, 62 * DAY_MS]], revocationAt },
    random,
  );
  const mirror = new Buckets();
  const queue = new EventQueue<Entry>();
  let [looks, expired, replacedAt] = [0, 0, revocationAt];
  for (let index = 0; index < certificates; index += 1) {
    const host = `h${index}.d${Math.floor(index / PER_DOMAIN)}.com`;
    queue.push(random() * HOUR_MS, { host, life: null, plan: null, failures: 0, isExpired: false });
  }
  for (let event = queue.pop(); event !== null && event.at < YEAR_MS; event = queue.pop()) {
    const { at, value: entry } = event;
    looks += 1;
    if (entry.life && entry.life.notAfter.getTime() < at && !entry.isExpired) {
      entry.isExpired = true;
      expired += 1;
    }
    const before = entry.life;
    queue.push(step({ entry, at, lifeMs, authority, mirror, random }), entry);
    const wasRevoked = before !== null && before.notBefore.getTime() + HOUR_MS < revocationAt;
    if (at >= revocationAt && wasRevoked && entry.life !== before) replacedAt = at;
  }
  // Issued at the start and after the revocation, and renewed in the middle of the windows that the authority suggests.
  const every = lifeMs * renewedAtPart(lifeMs);
  const needed =
    certificates * (Math.ceil(revocationAt / every) + Math.ceil((YEAR_MS - revocationAt) / every));
  return {
    issued: authority.issued,
    needed,
    issuedPerNeeded: Number((authority.issued / needed).toFixed(3)),
    expired,
    limited: authority.limited,
    looks,
    revocationHours: Number(((replacedAt - revocationAt) / HOUR_MS).toFixed(1)),
  };
}

interface Step {
  readonly entry: Entry;
  readonly at: number;
  readonly lifeMs: number;
  readonly authority: SimulatedAuthority;
  readonly mirror: Buckets;
  readonly random: () => number;
}

/** Takes a certificate one step further; returns when the next one is due. */
function step(context: Step): number {
  const { entry, at, authority, random } = context;
  const { life } = entry;
  if (life === null) return order(context, false);
  const info = authority.renewalInfo(life, at);
  const window = info === undefined ? (entry.plan?.window ?? null) : info;
  const plan = planRenewal(life, window, entry.plan, random());
  entry.plan = plan;
  const now = new Date(at);
  // A failed order is tried again when its time comes, not when the authority is asked again.
  if (plan.renewAt > now) return nextLook(life, plan.renewAt, null, now).getTime();
  return order(context, true);
}

function order({ entry, at, lifeMs, authority, mirror, random }: Step, replaces: boolean): number {
  const ordered = { directory: DIRECTORY, host: entry.host, replaces };
  for (const limit of limitsOf(ordered)) {
    const wait = mirror.take(limit, at);
    if (wait > 0) return at + wait;
  }
  const issued = authority.order(ordered, lifeMs, at);
  if (issued === null) {
    entry.failures += 1;
    return nextAttempt(entry.failures, entry.life?.notAfter ?? null, new Date(at)).getTime();
  }
  Object.assign(entry, { life: issued, plan: null, failures: 0, isExpired: false });
  entry.plan = planRenewal(issued, null, null, random());
  return at;
}

/** Returns a generator of numbers from 0 to 1 (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
