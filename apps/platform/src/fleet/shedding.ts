/** What shedding looks at. */
export interface Loaded {
  readonly id: string;
  /** 0 to 1. */
  readonly load: number;
  readonly capacity: number;
  readonly shedSteps: number;
  readonly shedAt: Date;
}

const HIGH_LOAD = 0.85;
const LOW_LOAD = 0.5;
const STEP_FACTOR = 0.8;
const STEPS_MAX = 8;
const RAISE_MS = 30_000;
/** Long after the load fell: agents that came back at once would only be sent away again. */
const REST_MS = 10 * 60_000;

/** A broker's share of agents: each step of shedding takes a fifth of it, so only those agents move. */
export function weightOf({ capacity, shedSteps }: Pick<Loaded, 'capacity' | 'shedSteps'>): number {
  return capacity * STEP_FACTOR ** shedSteps;
}

/** Which brokers should shed more now, and which may carry more again. */
export function planShedding(
  brokers: readonly Loaded[],
  now: Date,
): { readonly more: string[]; readonly less: string[] } {
  const restedFor = (broker: Loaded, ms: number) => now.getTime() - broker.shedAt.getTime() >= ms;
  // Where all are loaded, moving agents about helps nobody.
  const hasRoom = brokers.some(({ load }) => load < HIGH_LOAD);
  const more = brokers.filter(
    (broker) =>
      hasRoom && broker.load >= HIGH_LOAD && broker.shedSteps < STEPS_MAX && restedFor(broker, RAISE_MS),
  );
  const less = brokers.filter(
    (broker) => broker.load < LOW_LOAD && broker.shedSteps > 0 && restedFor(broker, REST_MS),
  );
  return { more: more.map(({ id }) => id), less: less.map(({ id }) => id) };
}
