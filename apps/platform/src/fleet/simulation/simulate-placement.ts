import { placeTunnels, type PlacementBroker } from '../placement.ts';

export interface SimulationOptions {
  readonly brokers: number;
  readonly regions: number;
  readonly agents: number;
  /** Probability that a region is down, independent of the others. */
  readonly failure: number;
  readonly trials: number;
}

type Places = readonly (readonly string[])[];

/** Places many agents on many brokers and measures what that is worth. */
export function simulatePlacement(options: SimulationOptions) {
  const fleet = makeFleet(options.brokers, options.regions);
  const places = placeAll(options.agents, fleet, 3);
  return {
    balance: { tunnels: 3, ...balanceOf(places, fleet) },
    moves: movesOf(options.agents, fleet, places),
    cutOff: [3, 4, 5].map((tunnels) => cutOffOf(options, fleet, tunnels)),
  };
}

function makeFleet(brokers: number, regions: number): PlacementBroker[] {
  return Array.from({ length: brokers }, (_, index) => ({
    id: `broker-${index}`,
    region: `region-${index % regions}`,
    weight: 1,
  }));
}

function placeAll(agents: number, fleet: readonly PlacementBroker[], tunnels: number): Places {
  return Array.from({ length: agents }, (_, index) => placeTunnels(`agent-${index}`, fleet, tunnels));
}

function balanceOf(places: Places, fleet: readonly PlacementBroker[]) {
  const counts = new Map(fleet.map(({ id }) => [id, 0]));
  for (const id of places.flat()) counts.set(id, (counts.get(id) ?? 0) + 1);
  const mean = places.flat().length / fleet.length;
  const [max, min] = [Math.max(...counts.values()), Math.min(...counts.values())];
  return { mean, max, min, maxToMean: round(max / mean), minToMean: round(min / mean) };
}

/**
 * What a change of the fleet moves, against what it has to: the tunnels of a broker that goes, and those that a broker
 * that comes is to carry.
 */
function movesOf(agents: number, fleet: readonly PlacementBroker[], before: Places) {
  const [first, ...rest] = fleet;
  if (!first) return {};
  const moved = (after: Places) =>
    before.reduce((sum, ids, agent) => sum + ids.filter((id) => !after[agent]?.includes(id)).length, 0);
  const on = (places: Places, id: string) => places.filter((ids) => ids.includes(id)).length;
  const ratio = (after: Places, necessary: number) => {
    const count = moved(after);
    return { moved: count, necessary, ratio: round(count / necessary) };
  };
  const newcomer = { id: 'broker-new', region: first.region, weight: 1 };
  const joined = placeAll(agents, [...fleet, newcomer], 3);
  const shedding = placeAll(agents, [{ ...first, weight: 0.8 }, ...rest], 3);
  return {
    loss: ratio(placeAll(agents, rest, 3), on(before, first.id)),
    // A draining broker is passed to placement no more than a lost one: the difference is only that its tunnels live on.
    drain: ratio(placeAll(agents, fleet.slice(0, -1), 3), on(before, fleet.at(-1)?.id ?? '')),
    join: ratio(joined, on(joined, newcomer.id)),
    shed: ratio(shedding, on(before, first.id) - on(shedding, first.id)),
  };
}

/** Returns the share of agents that no live region reaches: exactly, and by trials. */
function cutOffOf(
  { agents, failure, trials }: SimulationOptions,
  fleet: readonly PlacementBroker[],
  tunnels: number,
) {
  const regionOf = new Map(fleet.map(({ id, region }) => [id, region]));
  const regions = [...new Set(regionOf.values())];
  const bit = new Map(regions.map((region, index) => [region, index]));
  // Agents with the same regions share a fate: as many classes as there are sets of regions, not as agents.
  const classes = new Map<string, { bits: number[]; agents: number }>();
  for (const ids of placeAll(agents, fleet, tunnels)) {
    const bits = [...new Set(ids.map((id) => bit.get(regionOf.get(id) ?? '') ?? 0))].toSorted(
      (a, b) => a - b,
    );
    const known = classes.get(bits.join());
    if (known) known.agents += 1;
    else classes.set(bits.join(), { bits, agents: 1 });
  }
  let exact = 0;
  for (const { bits, agents: members } of classes.values())
    exact += (members / agents) * failure ** bits.length;
  const random = generator(20_260_101);
  let cut = 0;
  let trialsWithAny = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    const isDown = regions.map(() => random() < failure);
    let lost = 0;
    for (const { bits, agents: members } of classes.values())
      if (bits.every((index) => isDown[index])) lost += members;
    cut += lost;
    if (lost > 0) trialsWithAny += 1;
  }
  return { tunnels, exact, monteCarlo: cut / (trials * agents), trialsWithAnyCutOff: trialsWithAny };
}

/** Mulberry32: the same trials at every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
