import { pointsIn, stepOf, type Alert, type AlertThreshold } from '@portolan/contract/alerts';
import { figuresOf, type Sums } from '../telemetry/figures.ts';

/** What was counted of a scope. */
export interface Observation {
  /** Sums by the start of their step, in milliseconds since 1970. */
  readonly sums: ReadonlyMap<number, Sums>;
  /** Between these times all clusters were heard from: a step is whole, and one without sums had no requests. */
  readonly heardFrom: number;
  readonly heardUntil: number;
}

export interface Evaluation {
  readonly verdict: 'ok' | 'firing' | 'unknown';
  readonly points: Alert['points'];
}

/** The steps a rule looks at: whole ones only, so that the one that is still being counted is left out. */
export function windowOf(timeRange: number, now: number): { readonly from: number; readonly until: number } {
  const stepMs = stepOf(timeRange).seconds * 1000;
  const until = Math.floor(now / stepMs) * stepMs;
  return { from: until - pointsIn(timeRange) * stepMs, until };
}

/**
 * Whether a threshold is passed often enough. `unknown` when the steps nobody knows of could tip the scales: an agent that
 * is away neither raises an alert nor ends one.
 */
export function evaluate(threshold: AlertThreshold, observation: Observation, now: number): Evaluation {
  const { metric, occurrence, timeRange } = threshold;
  const { seconds } = stepOf(timeRange);
  const { from, until } = windowOf(timeRange, now);
  const points: { at: string; value: number }[] = [];
  let passed = 0;
  let unknown = 0;
  for (let start = from; start < until; start += seconds * 1000) {
    const isWhole = start >= observation.heardFrom && start + seconds * 1000 <= observation.heardUntil;
    const counted = observation.sums.get(start) ?? (isWhole ? NOTHING : null);
    const value = counted && figuresOf(new Date(start), seconds, counted)[metric];
    // Without requests there is no response time, which is neither above nor below anything.
    if (value !== null) points.push({ at: new Date(start).toISOString(), value });
    if (value !== null && passes(threshold, value, isWhole)) passed += 1;
    else if (!isWhole) unknown += 1;
  }
  const verdict = passed >= occurrence ? 'firing' : passed + unknown >= occurrence ? 'unknown' : 'ok';
  return { verdict, points };
}

/** Strictly; of a step that is not whole only a rate that is too high already is certain. */
function passes({ metric, condition }: AlertThreshold, value: number, isWhole: boolean): boolean {
  if (!isWhole && (!condition.above || metric === 'averageResponseTime')) return false;
  return condition.above ? value > condition.value : value < condition.value;
}

const NOTHING: Sums = {
  requests: 0,
  errors: 0,
  clientErrors: 0,
  responseTimeSum: 0,
  responseTimeCount: 0,
  bytesIn: 0,
  bytesOut: 0,
};
