import type { GatewayPart } from '@portolan/contract/requests';
import type { ReadResult } from './command-store.ts';

/** Gateways that take part in one query, by cluster. All are listed, so that a partial result is seen as partial. */
export class GatewayParts {
  /** Names by id. */
  readonly #clusters: ReadonlyMap<string, string>;
  readonly #replied = new Map<string, Set<string>>();
  #isOverdue = false;
  #hasChanged = true;

  constructor(clusters: ReadonlyMap<string, string>) {
    this.#clusters = clusters;
  }

  add({ clusterId, result }: ReadResult): void {
    const gateways = this.#replied.get(clusterId) ?? new Set();
    if (gateways.has(result.gateway)) return;
    this.#replied.set(clusterId, gateways.add(result.gateway));
    this.#hasChanged = true;
  }

  /** From now on, a cluster that has not replied counts as silent. */
  setOverdue(): void {
    this.#isOverdue = true;
    if (!this.haveAllReplied) this.#hasChanged = true;
  }

  get haveAllReplied(): boolean {
    return [...this.#clusters.keys()].every((id) => this.#replied.has(id));
  }

  nameOf(clusterId: string): string {
    return this.#clusters.get(clusterId) ?? clusterId;
  }

  get all(): GatewayPart[] {
    return [...this.#clusters].flatMap(([id, cluster]): GatewayPart[] => {
      const gateways = [...(this.#replied.get(id) ?? [])];
      if (gateways.length === 0)
        return [{ cluster, gateway: null, state: this.#isOverdue ? 'silent' : 'waiting' }];
      return gateways.map((gateway) => ({ cluster, gateway, state: 'taking-part' }));
    });
  }

  /** Returns the list if it is another than when it was last taken. */
  takeChange(): GatewayPart[] | null {
    if (!this.#hasChanged) return null;
    this.#hasChanged = false;
    return this.all;
  }
}
