import { getChangeSet, listChangeSets, rollBack } from '@portolan/contract/changes';
import { deleteResource } from '@portolan/contract/resources';
import { Failure } from '../failure.ts';
import type { Session } from '../kinds/kind.ts';
import { quoted } from '../kinds/traces.ts';

interface ClusterRef {
  readonly id: string;
  readonly name: string;
}

/** The newest revision of a cluster, and the one before it; null where there is none. */
async function newest({ client, workspace }: Session, cluster: ClusterRef, before?: number) {
  const upTo = before === undefined ? '' : ` revision<${before}`;
  const query = { filter: `cluster=${quoted(cluster.name)}${upTo}`, limit: 1 };
  const { items } = await client.call(listChangeSets, { params: { workspace }, query });
  return items[0]?.revision ?? null;
}

/**
 * Remembers where a cluster stands while something is done to it, so that it can be gone back to; not past what anyone did
 * since, which would be lost with it.
 */
export class Reverting {
  readonly #session: Session;
  readonly #cluster: ClusterRef;
  #first: number | null = null;
  #last: number | null = null;

  constructor(session: Session, cluster: ClusterRef) {
    this.#session = session;
    this.#cluster = cluster;
  }

  /** Does what changes the cluster. */
  async around<T>(work: () => Promise<T>): Promise<T> {
    const before = await newest(this.#session, this.#cluster);
    try {
      return await work();
    } finally {
      this.#last = await newest(this.#session, this.#cluster).catch(() => null);
      this.#first = before;
    }
  }

  /** Makes the cluster's objects what they were before. */
  async back(): Promise<string> {
    const { client, workspace } = this.#session;
    const now = await newest(this.#session, this.#cluster);
    if (this.#last === null || now !== this.#last)
      throw new Failure(
        `Cluster ${this.#cluster.name} was changed by someone else since, at revision ${now ?? 'none'}.`,
        'g y shows what was changed; Z there rolls back to a revision.',
      );
    if (this.#first === null) return this.#deleteMade(this.#last);
    const params = { workspace, revision: this.#first };
    const plan = await client.call(rollBack, { params, body: { dryRun: true } });
    await client.call(rollBack, { params, body: { dryRun: false, seen: plan.revision } });
    return `Cluster ${this.#cluster.name} is as it was at revision ${this.#first}.`;
  }

  /** Before the first change-set there was nothing of the platform's own. */
  async #deleteMade(revision: number): Promise<string> {
    const { client, workspace } = this.#session;
    const { changes } = await client.call(getChangeSet, { params: { workspace, revision } });
    for (const { key } of changes)
      await client.call(deleteResource, { params: { workspace }, query: { cluster: this.#cluster.id, key } });
    return `What revision ${revision} made is deleted.`;
  }
}
