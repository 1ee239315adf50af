import { and, countDistinct, eq, inArray } from 'drizzle-orm';
import type { Transaction } from '../db/database.ts';
import { groups, userGroups } from '../users/groups/schema.ts';
import { users } from '../users/schema.ts';
import { EVERYONE } from './access-of.ts';

/** Counts the active users of sets of groups; caches the result for each set. */
export class UserCounter {
  readonly #tx: Transaction;
  readonly #workspace: string;
  readonly #known = new Map<string, number>();

  constructor(tx: Transaction, workspace: string) {
    this.#tx = tx;
    this.#workspace = workspace;
  }

  /** Returns how many users are in `now` but not in `before`: |A ∪ B| − |B|. */
  async newcomers(now: readonly string[], before: readonly string[]): Promise<number> {
    return (await this.#count([...now, ...before])) - (await this.#count(before));
  }

  async #count(names: readonly string[]): Promise<number> {
    const distinct = [...new Set(names)].toSorted();
    const wanted = distinct.includes(EVERYONE) ? [EVERYONE] : distinct;
    const key = JSON.stringify(wanted);
    const known = this.#known.get(key) ?? (await this.#query(wanted));
    this.#known.set(key, known);
    return known;
  }

  async #query(names: readonly string[]): Promise<number> {
    if (names.length === 0) return 0;
    const active = and(eq(users.workspaceId, this.#workspace), eq(users.state, 'active'));
    if (names.includes(EVERYONE)) return this.#tx.$count(users, active);
    const [row] = await this.#tx
      .select({ count: countDistinct(users.id) })
      .from(groups)
      .innerJoin(userGroups, eq(userGroups.groupId, groups.id))
      .innerJoin(users, eq(users.id, userGroups.userId))
      .where(and(eq(groups.workspaceId, this.#workspace), inArray(groups.name, [...names]), active));
    return row?.count ?? 0;
  }
}
