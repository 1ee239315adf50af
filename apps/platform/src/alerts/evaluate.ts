import {
  BURN_METRIC,
  isStateMetric,
  pointsIn,
  stepOf,
  type Alert,
  type AlertThreshold,
  type REQUEST_METRICS,
} from '@portolan/contract/alerts';
import { addSums, figuresOf, NOTHING, type Sums } from '../telemetry/figures.ts';

/** Metrics observed for the scope of a rule. */
export interface Observation {
  /** Sums by the start of their step, in epoch milliseconds. */
  readonly sums: ReadonlyMap<number, Sums>;
  /**
   * Interval in which all clusters reported. A step within it is complete, and one without sums had no requests. Epoch
   * milliseconds.
   */
  readonly reportedFrom: number;
  readonly reportedUntil: number;
}

export interface Evaluation {
  readonly verdict: 'ok' | 'firing' | 'unknown';
  readonly points: Alert['points'];
}

type RequestMetric = (typeof REQUEST_METRICS)[number];
type Watched = Pick<AlertThreshold, 'metric' | 'timeRange'>;

/** A twelfth of the time range is the short window of a burn rate, and its step is a minute. */
const SHORT_WINDOW = 12;
const MINUTE = { step: '1m', seconds: 60 } as const;

/** Returns the step of the points that a rule looks at. */
export function stepOfRule({ metric, timeRange }: Watched) {
  return metric === BURN_METRIC ? MINUTE : stepOf(timeRange);
}

/** Returns the steps that a rule evaluates, in epoch milliseconds; the current, incomplete step is excluded. */
export function windowOf(rule: Watched, now: number): { readonly from: number; readonly until: number } {
  const stepMs = stepOfRule(rule).seconds * 1000;
  const until = Math.floor(now / stepMs) * stepMs;
  const points = rule.metric === BURN_METRIC ? Math.floor(rule.timeRange / 60) : pointsIn(rule.timeRange);
  return { from: until - points * stepMs, until };
}

/** Evaluates a rule about one series. */
export function evaluate(threshold: AlertThreshold, observation: Observation, now: number): Evaluation {
  const { metric } = threshold;
  if (metric === BURN_METRIC) return evaluateBurn(threshold, observation, now);
  // States are counted when they are looked at, not observed over time.
  if (isStateMetric(metric)) return { verdict: 'unknown', points: [] };
  return evaluatePoints({ ...threshold, metric }, observation, now);
}

/** Evaluates how many things are in a state now. */
export function evaluateState(
  { condition: { above, value } }: AlertThreshold,
  count: number,
  now: number,
): Evaluation {
  const isBeyond = above ? count > value : count < value;
  return {
    verdict: isBeyond ? 'firing' : 'ok',
    points: [{ at: new Date(now).toISOString(), value: count }],
  };
}

/** Evaluates a burn rate: it fires while both windows are above the value, so that it ends soon after the errors do. */
function evaluateBurn(threshold: AlertThreshold, observation: Observation, now: number): Evaluation {
  const { from, until } = windowOf(threshold, now);
  const { condition, objective, minRequests } = threshold;
  const rateSince = (since: number) => {
    const starts = [...observation.sums.keys()].filter((start) => start >= since && start < until);
    const { requests, errors } = addSums(starts.flatMap((start) => observation.sums.get(start) ?? []));
    const isEnough = requests >= Math.max(1, minRequests);
    return isEnough ? errors / requests / (1 - objective / 100) : 0;
  };
  const long = rateSince(from);
  const short = rateSince(
    until - Math.max(60, Math.round(threshold.timeRange / SHORT_WINDOW / 60) * 60) * 1000,
  );
  const value = Math.min(long, short);
  const points = [{ at: new Date(until - 60_000).toISOString(), value }];
  const isWhole = observation.reportedUntil >= until && observation.reportedFrom <= from;
  if (!isWhole) return { verdict: 'unknown', points };
  const isBeyond = condition.above ? value > condition.value : value < condition.value;
  return { verdict: isBeyond ? 'firing' : 'ok', points };
}

/**
 * Evaluates a threshold. The verdict is `unknown` when steps without data could change it: a disconnected agent neither raises
 * nor resolves an alert.
 */
function evaluatePoints(
  threshold: AlertThreshold & { readonly metric: RequestMetric },
  observation: Observation,
  now: number,
): Evaluation {
  const { metric, occurrence, timeRange, minRequests } = threshold;
  const { seconds } = stepOf(timeRange);
  const { from, until } = windowOf(threshold, now);
  const points: { at: string; value: number }[] = [];
  let passed = 0;
  let unknown = 0;
  for (let start = from; start < until; start += seconds * 1000) {
    const isWhole = start >= observation.reportedFrom && start + seconds * 1000 <= observation.reportedUntil;
    const counted = observation.sums.get(start) ?? (isWhole ? NOTHING : null);
    const isEnough = counted !== null && counted.requests >= minRequests;
    const value = isEnough ? figuresOf(new Date(start), seconds, counted)[metric] : null;
    // Without requests there is no response time to compare.
    if (value !== null) points.push({ at: new Date(start).toISOString(), value });
    if (value !== null && passes(threshold, value, isWhole)) passed += 1;
    else if (!isWhole) unknown += 1;
  }
  const verdict = passed >= occurrence ? 'firing' : passed + unknown >= occurrence ? 'unknown' : 'ok';
  return { verdict, points };
}

/** Returns whether a value violates the threshold. For an incomplete step only a rate above the threshold is certain. */
function passes({ metric, condition }: AlertThreshold, value: number, isWhole: boolean): boolean {
  if (!isWhole && (!condition.above || !metric.endsWith('PerSecond'))) return false;
  return condition.above ? value > condition.value : value < condition.value;
}
