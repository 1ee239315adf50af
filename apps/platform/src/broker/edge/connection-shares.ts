import { networkOf } from '@portolan/contract/address-class';
import type { EdgeLimits } from './edge-limits.ts';

/** A public connection as its listener counts it. */
export interface SharedConnection {
  /** Nothing is under way on it: closing it costs a client nothing but another connection. */
  readonly isIdle: boolean;
  close(): void;
}

type Limits = Pick<EdgeLimits, 'connectionsMax' | 'connectionsPerAddressMax' | 'connectionsPerClusterMax'>;

/** How many connections are looked at for an idle one before a new one is refused. */
const LOOKED_AT_MAX = 64;

/**
 * Shares out the connections of one listener, so that no client and no cluster can take all of them. Where a limit is
 * reached, an idle connection makes room; a client's own share is what it makes room in.
 */
export class ConnectionShares<Connection extends SharedConnection> implements Iterable<Connection> {
  readonly #limits: Limits;
  readonly #open = new Map<Connection, string>();
  /** By address, or /64 network of an IPv6 address. */
  readonly #byNetwork = new Map<string, Set<Connection>>();
  readonly #clusterOf = new Map<Connection, string>();
  readonly #perCluster = new Map<string, number>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#open.size;
  }

  [Symbol.iterator](): IterableIterator<Connection> {
    return this.#open.keys();
  }

  /** Makes room for one more connection from an address; false where there is none. */
  admits(address: string): boolean {
    const own = this.#byNetwork.get(networkOf(address));
    if (own && own.size >= this.#limits.connectionsPerAddressMax && !this.#evict(own)) return false;
    return this.#open.size < this.#limits.connectionsMax || this.#evict(this.#open.keys());
  }

  add(connection: Connection, address: string): void {
    const network = networkOf(address);
    this.#open.set(connection, network);
    const own = this.#byNetwork.get(network);
    if (own) own.add(connection);
    else this.#byNetwork.set(network, new Set([connection]));
  }

  /** Counts a connection for the cluster that it is for from now on; false where that has its share. */
  claim(connection: Connection, clusterId: string): boolean {
    const before = this.#clusterOf.get(connection);
    if (before === clusterId) return true;
    const count = this.#perCluster.get(clusterId) ?? 0;
    if (count >= this.#limits.connectionsPerClusterMax) return false;
    this.#release(connection);
    this.#clusterOf.set(connection, clusterId);
    this.#perCluster.set(clusterId, count + 1);
    return true;
  }

  remove(connection: Connection): void {
    const network = this.#open.get(connection);
    if (network === undefined) return;
    this.#open.delete(connection);
    this.#release(connection);
    const own = this.#byNetwork.get(network);
    own?.delete(connection);
    if (own?.size === 0) this.#byNetwork.delete(network);
  }

  #release(connection: Connection): void {
    const clusterId = this.#clusterOf.get(connection);
    if (clusterId === undefined) return;
    this.#clusterOf.delete(connection);
    const left = (this.#perCluster.get(clusterId) ?? 0) - 1;
    if (left > 0) this.#perCluster.set(clusterId, left);
    else this.#perCluster.delete(clusterId);
  }

  /** Closes an idle one of these, the oldest first; those that are busy are looked at last the next time. */
  #evict(candidates: Iterable<Connection>): boolean {
    const busy: Connection[] = [];
    let idle: Connection | undefined;
    for (const connection of candidates) {
      if (connection.isIdle) idle = connection;
      else busy.push(connection);
      if (idle || busy.length === LOOKED_AT_MAX) break;
    }
    for (const connection of busy) this.#moveBack(connection);
    if (!idle) return false;
    this.remove(idle);
    idle.close();
    return true;
  }

  #moveBack(connection: Connection): void {
    const network = this.#open.get(connection);
    if (network === undefined) return;
    this.#open.delete(connection);
    this.#open.set(connection, network);
    const own = this.#byNetwork.get(network);
    own?.delete(connection);
    own?.add(connection);
  }
}
