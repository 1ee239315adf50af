import { isRecord, type KubernetesObject } from '@portolan/resources/kinds/object';
import { hasCode } from './client/api-error.ts';
import type { ApiResource } from './client/api-resource.ts';
import type { KubeClient } from './client/kube-client.ts';

export const SECRETS: ApiResource = {
  group: '',
  version: 'v1',
  plural: 'secrets',
  kind: 'Secret',
  isNamespaced: true,
};

const REQUEST_MS = 5_000;
const ATTEMPTS = 5;

/** A Secret in the namespace of the agent, which its replicas share. */
export class OwnSecret {
  readonly #client: KubeClient;
  readonly #name: { readonly namespace: string; readonly name: string };

  constructor(client: KubeClient, name: string) {
    this.#client = client;
    this.#name = { namespace: client.connection.namespace, name };
  }

  /** Returns the entries by name, as they were put in; null when the Secret does not exist. Rejects as requests do. */
  async read(): Promise<ReadonlyMap<string, Buffer> | null> {
    const found = await this.#client.find(SECRETS, this.#name, { deadlineMs: REQUEST_MS });
    return found === null ? null : entriesOf(found);
  }

  /**
   * Replaces an entry by what `change` returns for it and returns what is kept then. Changes of other replicas in between are
   * seen, so that of several that set an entry only where there is none, one wins.
   */
  async update(entry: string, change: (current: Buffer | null) => Buffer): Promise<Buffer> {
    return this.#retry(() => this.#updateOnce(entry, change));
  }

  /** Removes an entry, if there is one. */
  async remove(entry: string): Promise<void> {
    await this.#retry(async () => {
      const found = await this.#client.find(SECRETS, this.#name, { deadlineMs: REQUEST_MS });
      if (found === null || !isRecord(found['data']) || !(entry in found['data'])) return;
      const { [entry]: _removed, ...data } = found['data'];
      await this.#client.replace(SECRETS, { ...found, data }, { deadlineMs: REQUEST_MS });
    });
  }

  /** Repeats what was in conflict with a change of another replica. */
  async #retry<T>(run: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await run();
      } catch (error) {
        if (!hasCode(error, 409) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  async #updateOnce(entry: string, change: (current: Buffer | null) => Buffer): Promise<Buffer> {
    const found = await this.#client.find(SECRETS, this.#name, { deadlineMs: REQUEST_MS });
    const entries = found === null ? new Map<string, Buffer>() : entriesOf(found);
    const current = entries.get(entry) ?? null;
    const next = change(current);
    if (current?.equals(next) === true) return next;
    const data = Object.fromEntries(
      [...entries, [entry, next] as const].map(([name, value]) => [name, value.toString('base64')]),
    );
    const object = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { ...this.#name, labels: { 'app.kubernetes.io/part-of': 'portolan' } },
      data,
    };
    if (found === null) await this.#client.create(SECRETS, object, { deadlineMs: REQUEST_MS });
    else await this.#client.replace(SECRETS, { ...found, data }, { deadlineMs: REQUEST_MS });
    return next;
  }
}

function entriesOf(secret: KubernetesObject): Map<string, Buffer> {
  const { data } = secret;
  if (!isRecord(data)) return new Map();
  return new Map(Object.entries(data).map(([name, value]) => [name, Buffer.from(String(value), 'base64')]));
}
