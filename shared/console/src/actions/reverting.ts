import { rollBack } from '@portolan/contract/changes';
import type { Session } from '../kinds/kind.ts';

/**
 * Records the change sets of a plan, so that they can be taken back. What others changed since stays; where they changed the
 * same objects, the platform refuses.
 */
export class Reverting {
  readonly #session: Session;
  readonly #revisions: number[] = [];

  constructor(session: Session) {
    this.#session = session;
  }

  record(revision: number): void {
    this.#revisions.push(revision);
  }

  /**
   * Undoes the recorded change sets, the newest first; returns a sentence on it. Throws PlatformError `revision-mismatch` when
   * an object was changed again since.
   */
  async back(): Promise<string> {
    const { client, workspace } = this.#session;
    const undone: number[] = [];
    for (let revision = this.#revisions.at(-1); revision !== undefined; revision = this.#revisions.at(-1)) {
      await client.call(rollBack, { params: { workspace, revision }, body: { to: 'without' } });
      this.#revisions.pop();
      undone.push(revision);
    }
    return undone.length === 0 ? 'Nothing was changed.' : `Undid revision ${undone.join(', ')}.`;
  }
}
