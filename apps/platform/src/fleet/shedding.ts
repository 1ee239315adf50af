/** Broker, as shedding considers it. */
export interface Loaded {
  readonly id: string;
  /** 0 to 1, as the broker reports it. */
  readonly load: number;
  /** As the broker reports it. */
  readonly capacity: number;
  readonly approvedCapacity: number | null;
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
/** A broker that carries this many times its share of all tunnels takes no more of others, whatever load it reports. */
const SHARE_MAX = 1.5;

/**
 * Returns a broker's share of agents relative to others: the capacity it asks for, at most what was approved, less a fifth for each
 * step of shedding, so that only those agents move.
 */
export function weightOf({
  capacity,
  approvedCapacity,
  shedSteps,
}: Pick<Loaded, 'capacity' | 'approvedCapacity' | 'shedSteps'>): number {
  return Math.min(capacity, approvedCapacity ?? 0) * STEP_FACTOR ** shedSteps;
}

/**
 * Returns which brokers should shed more now, and which may carry more again. A reported load can only send agents away from the
 * broker that reports it; where they may go is limited by `tunnels`, the number that is assigned to each broker.
 */
export function planShedding(
  brokers: readonly Loaded[],
  tunnels: ReadonlyMap<string, number>,
  now: Date,
): { readonly more: string[]; readonly less: string[] } {
  const restedFor = (broker: Loaded, ms: number) => now.getTime() - broker.shedAt.getTime() >= ms;
  const fullCapacity = (broker: Loaded) => weightOf({ ...broker, shedSteps: 0 });
  const capacities = brokers.reduce((sum, broker) => sum + fullCapacity(broker), 0);
  const assigned = brokers.reduce((sum, { id }) => sum + (tunnels.get(id) ?? 0), 0);
  const hasRoom = (broker: Loaded) =>
    broker.load < HIGH_LOAD &&
    (tunnels.get(broker.id) ?? 0) * capacities <= SHARE_MAX * assigned * fullCapacity(broker);
  // If every broker is loaded, moving agents helps none of them.
  const isMoveUseful = brokers.some(hasRoom);
  const more = brokers.filter(
    (broker) =>
      isMoveUseful && broker.load >= HIGH_LOAD && broker.shedSteps < STEPS_MAX && restedFor(broker, RAISE_MS),
  );
  const less = brokers.filter(
    (broker) => broker.load < LOW_LOAD && broker.shedSteps > 0 && restedFor(broker, REST_MS),
  );
  return { more: more.map(({ id }) => id), less: less.map(({ id }) => id) };
}
