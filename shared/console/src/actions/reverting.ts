import { getChangeSet, listChangeSets, rollBack } from '@portolan/contract/changes';
import { deleteResource } from '@portolan/contract/resources';
import { Failure } from '../failure.ts';
import type { Session } from '../kinds/kind.ts';
import { quoted } from '../kinds/traces.ts';

export interface ClusterRef {
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

/** Records the revisions of a cluster around a change, so that it can be undone unless someone changed the cluster since. */
export class Reverting {
  readonly #session: Session;
  readonly #cluster: ClusterRef;
  #first: number | null = null;
  #last: number | null = null;

  constructor(session: Session, cluster: ClusterRef) {
    this.#session = session;
    this.#cluster = cluster;
  }

  /** Runs what changes the cluster; of several changes in a row the first says what to go back to. */
  async around<T>(work: () => Promise<T>, isFirst = true): Promise<T> {
    const before = isFirst ? await newest(this.#session, this.#cluster) : this.#first;
    try {
      return await work();
    } finally {
      this.#last = await newest(this.#session, this.#cluster).catch(() => null);
      this.#first = before;
    }
  }

  /** Rolls the cluster back to before the change; returns a sentence on what is true then. */
  async back(): Promise<string> {
    const { client, workspace } = this.#session;
    const now = await newest(this.#session, this.#cluster);
    if (this.#last === null || now !== this.#last)
      throw new Failure(
        `Cluster ${this.#cluster.name} was changed by someone else since, at revision ${now ?? 'none'}.`,
        'The list of changes shows what was changed, and rolls back to a revision.',
      );
    if (this.#first === null) return this.#deleteMade(this.#last);
    const params = { workspace, revision: this.#first };
    const plan = await client.call(rollBack, { params, body: { dryRun: true } });
    await client.call(rollBack, { params, body: { dryRun: false, seen: plan.revision } });
    return `Rolled cluster ${this.#cluster.name} back to revision ${this.#first}.`;
  }

  /** Before the first change set the platform had no objects of its own. */
  async #deleteMade(revision: number): Promise<string> {
    const { client, workspace } = this.#session;
    const { changes } = await client.call(getChangeSet, { params: { workspace, revision } });
    for (const { key } of changes)
      await client.call(deleteResource, { params: { workspace }, query: { cluster: this.#cluster.id, key } });
    return `Deleted what revision ${revision} created.`;
  }
}
