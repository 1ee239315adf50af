/** A broker as placement sees it. Brokers that are down or draining are simply not passed. */
export interface PlacementBroker {
  readonly id: string;
  readonly region: string;
  /** Relative share of agents it should carry; already lowered where it sheds load. */
  readonly weight: number;
}

/**
 * Chooses brokers for the tunnels of one agent: as many regions as there are first, then weighted rendezvous hashing
 * (score = weight ÷ −ln(hash)). Pure and stateless: losing a broker moves exactly the tunnels it carried,
 * a new one takes exactly those it wins, and a lower weight moves tunnels only away from that broker.
 */
export function placeTunnels(agent: string, brokers: readonly PlacementBroker[], wanted: number): string[] {
  const seed = hashText(agent);
  const regions = new Map<string, Scored[]>();
  for (const broker of brokers) {
    if (!(broker.weight > 0)) continue;
    const scored = { id: broker.id, score: scoreOf(seed, broker) };
    const region = regions.get(broker.region);
    if (region) region.push(scored);
    else regions.set(broker.region, [scored]);
  }
  for (const region of regions.values()) region.sort(bestFirst);
  const chosen: string[] = [];
  for (let round = 0; chosen.length < wanted; round += 1) {
    const candidates = [...regions.values()].flatMap((region) => region.slice(round, round + 1));
    if (candidates.length === 0) break;
    candidates.sort(bestFirst);
    chosen.push(...candidates.slice(0, wanted - chosen.length).map((candidate) => candidate.id));
  }
  return chosen;
}

interface Scored {
  readonly id: string;
  readonly score: number;
}

function bestFirst(a: Scored, b: Scored): number {
  return b.score - a.score || (a.id < b.id ? -1 : 1);
}

function scoreOf(seed: number, broker: PlacementBroker): number {
  const high = mix(seed ^ hashText(broker.id));
  const low = mix(high ^ seed);
  // 53 uniform bits in (0, 1): 32 would tie among a hundred thousand agents.
  const uniform = (high * 2 ** 21 + (low >>> 11) + 0.5) / 2 ** 53;
  return broker.weight / -Math.log(uniform);
}

/** FNV-1a, then a full avalanche: neighbouring ids must not score alike. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mix(hash);
}

/** Returns the 32-bit finaliser of MurmurHash3. */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
