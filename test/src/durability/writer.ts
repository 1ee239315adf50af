import { createKey, deleteKey, listKeys } from '@portolan/contract/keys';
import { applyResources, listResources } from '@portolan/contract/resources';
import { createUser, listUsers } from '@portolan/contract/users';
import type { World } from './world.ts';

const ANSWER_MS = 5000;
const PAGE = 500;

/** Writes one thing after the other and remembers what was acknowledged, and nothing else. */
export class Writer {
  readonly users = new Set<string>();
  /** Keys by id. */
  readonly keys = new Map<string, string>();
  readonly deletedKeys = new Map<string, string>();
  readonly resources = new Set<string>();
  readonly #world: World;
  readonly #name: string;
  readonly #stopping = new AbortController();
  #count = 0;
  #done: Promise<void> = Promise.resolve();

  /** `name` sets its writes apart from other writers'. */
  constructor(world: World, name: string) {
    this.#world = world;
    this.#name = name;
  }

  get acknowledged(): number {
    return this.users.size + this.keys.size + 2 * this.deletedKeys.size + this.resources.size;
  }

  start(): void {
    this.#done = this.#run();
  }

  /** Ends after the write that is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#count += 1;
      try {
        await this.#writeAll(this.#count);
      } catch {
        // Not acknowledged: it may be there or not. The next one has another name.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  async #writeAll(number: number): Promise<void> {
    const { client, params } = this.#world;
    const signal = () => AbortSignal.timeout(ANSWER_MS);
    const email = `${this.#name}-${number}@example.com`;
    const body = { email, groups: ['crew'] };
    const user = await client.call(createUser, { params, body }, signal());
    this.users.add(email);
    const { id, key } = await client.call(
      createKey,
      { params, body: { user: user.id, name: 'laptop' } },
      signal(),
    );
    this.keys.set(id, key);
    const name = `${this.#name}-${number}`;
    await client.call(applyResources, { params, body: { objects: [access(name)], dryRun: false } }, signal());
    this.resources.add(name);
    if (number % 4 !== 0) return;
    this.keys.delete(id); // from here on it may be there or not, until its deletion is acknowledged
    await client.call(deleteKey, { params: { ...params, key: id } }, signal());
    this.deletedKeys.set(id, key);
  }

  /** What was acknowledged and is not as it should be, in words; empty when all is well. */
  async findLosses(): Promise<string[]> {
    const { client, params } = this.#world;
    const mine = `~^${this.#name}-`;
    const users = await readAll((at) =>
      client.call(listUsers, { params, query: { filter: `email${mine}`, ...at } }),
    );
    const keys = await readAll((at) =>
      client.call(listKeys, { params, query: { filter: `userEmail${mine}`, ...at } }),
    );
    const resources = await readAll((at) =>
      client.call(listResources, { params, query: { filter: `kind=APIAccess name${mine}`, ...at } }),
    );
    const emails = new Set(users.map(({ email }) => email));
    const ids = new Set(keys.map(({ id }) => id));
    const names = new Set(resources.map(({ name }) => name));
    return [
      ...[...this.users].filter((email) => !emails.has(email)).map((email) => `user ${email} is gone`),
      ...[...this.keys.keys()].filter((id) => !ids.has(id)).map((id) => `key ${id} is gone`),
      ...[...this.deletedKeys.keys()].filter((id) => ids.has(id)).map((id) => `key ${id} is back`),
      ...[...this.resources].filter((name) => !names.has(name)).map((name) => `resource ${name} is gone`),
    ];
  }

  /** Keys that the gateway decides otherwise than was acknowledged. */
  async findMisjudgedKeys(): Promise<string[]> {
    const wrong: string[] = [];
    for (const [wanted, keys] of [
      [200, this.keys],
      [401, this.deletedKeys],
    ] as const) {
      for (const [id, key] of keys) {
        const status = await this.#world.request(key);
        if (status !== wanted) wrong.push(`key ${id}: ${status} instead of ${wanted}`);
      }
    }
    return wrong;
  }
}

function access(name: string) {
  return {
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind: 'APIAccess',
    metadata: { name },
    spec: { groups: ['nobody'], apis: [{ name: 'durable', namespace: 'default' }] },
  };
}

type Position = { readonly limit: number; readonly cursor?: string };

/** Every page of a list. */
async function readAll<T>(
  read: (at: Position) => Promise<{ items: T[]; next: string | null }>,
): Promise<T[]> {
  const items: T[] = [];
  let next: string | null = null;
  do {
    const page: { items: T[]; next: string | null } = await read({
      limit: PAGE,
      ...(next === null ? {} : { cursor: next }),
    });
    items.push(...page.items);
    next = page.next;
  } while (next !== null);
  return items;
}
