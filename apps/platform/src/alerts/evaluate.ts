import { pointsIn, stepOf, type Alert, type AlertThreshold } from '@portolan/contract/alerts';
import { figuresOf, NOTHING, type Sums } from '../telemetry/figures.ts';

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

/** Returns the steps that a rule evaluates, in epoch milliseconds; the current, incomplete step is excluded. */
export function windowOf(timeRange: number, now: number): { readonly from: number; readonly until: number } {
  const stepMs = stepOf(timeRange).seconds * 1000;
  const until = Math.floor(now / stepMs) * stepMs;
  return { from: until - pointsIn(timeRange) * stepMs, until };
}

/**
 * Evaluates a threshold. The verdict is `unknown` when steps without data could change it: a disconnected agent neither raises
 * nor resolves an alert.
 */
export function evaluate(threshold: AlertThreshold, observation: Observation, now: number): Evaluation {
  const { metric, occurrence, timeRange } = threshold;
  const { seconds } = stepOf(timeRange);
  const { from, until } = windowOf(timeRange, now);
  const points: { at: string; value: number }[] = [];
  let passed = 0;
  let unknown = 0;
  for (let start = from; start < until; start += seconds * 1000) {
    const isWhole = start >= observation.reportedFrom && start + seconds * 1000 <= observation.reportedUntil;
    const counted = observation.sums.get(start) ?? (isWhole ? NOTHING : null);
    const value = counted && figuresOf(new Date(start), seconds, counted)[metric];
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
  if (!isWhole && (!condition.above || metric === 'averageResponseTime')) return false;
  return condition.above ? value > condition.value : value < condition.value;
}
