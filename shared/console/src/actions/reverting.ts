import { listChangeSets, rollBack } from '@portolan/contract/changes';
import { Failure } from '../failure.ts';
import type { Session } from '../kinds/kind.ts';
import { quoted } from '../kinds/traces.ts';

export interface ClusterRef {
  readonly id: string;
  readonly name: string;
}

/** Returns the newest revision of a cluster; null where there is none. */
async function newest({ client, workspace }: Session, cluster: ClusterRef) {
  const query = { filter: `cluster=${quoted(cluster.name)}`, limit: 1 };
  const { items } = await client.call(listChangeSets, { params: { workspace }, query });
  return items[0]?.revision ?? null;
}

/** Returns the first revision of a cluster after another; the first of all after null. */
async function firstAfter({ client, workspace }: Session, cluster: ClusterRef, revision: number | null) {
  const after = revision === null ? '' : ` revision>${revision}`;
  const query = { filter: `cluster=${quoted(cluster.name)}${after}`, sort: 'revision', limit: 1 };
  const { items } = await client.call(listChangeSets, { params: { workspace }, query });
  return items[0]?.revision;
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
    const revision = (await firstAfter(this.#session, this.#cluster, this.#first)) ?? this.#last;
    const params = { workspace, revision };
    const plan = await client.call(rollBack, { params, body: { to: 'before', dryRun: true } });
    await client.call(rollBack, { params, body: { to: 'before', dryRun: false, seen: plan.revision } });
    return `Rolled cluster ${this.#cluster.name} back to before revision ${revision}.`;
  }
}
