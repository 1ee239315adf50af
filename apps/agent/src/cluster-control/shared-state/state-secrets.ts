import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { apiKeyRecord, desiredState, type ApiKeyRecord } from '@portolan/contract/desired-state';
import type { Problem } from '@portolan/resources/problem';
import { startInterval, type IntervalJob } from '@portolan/process/interval';
import type { AgentLogger } from '../../logger.ts';
import type { KubeClient } from '../../kubernetes/client/kube-client.ts';
import { NotLeading, type Leadership } from '../../kubernetes/leader/leadership.ts';
import { OwnSecret, SECRETS } from '../../kubernetes/own-secret.ts';
import {
  CREDENTIAL_SECRET,
  KEY_SHARDS,
  keySecretName,
  STATE_SECRET,
} from '../../kubernetes/rights/own-names.ts';
import { FIELD_MANAGER } from '../../kubernetes/writer/made-object.ts';
import type { Desired } from '../../platform/state/desired.ts';
import { seal, unseal } from './sealing.ts';

const SEAL_ENTRY = 'seal.key';
const ENTRY = 'state';
const SEAL_BYTES = 32;
/** Kubernetes refuses Secrets above 1 MiB, in base64. */
const SECRET_BYTES_MAX = 700 * 1024;
const WRITE_EVERY_MS = 60_000;
const SETTLE_MS = 1_000;

const head = z.object({
  revision: z.number().int(),
  sections: desiredState.omit({ keys: true }),
  /** Number of Secrets with keys. */
  shards: z.number().int().min(1).max(KEY_SHARDS),
});
const shard = z.array(apiKeyRecord);

export interface StateSecretsOptions {
  readonly client: KubeClient;
  readonly leadership: Leadership;
  readonly log: AgentLogger;
}

/**
 * Keeps what the platform wants in Secrets of the agent's namespace, sealed: a replica with an empty disk serves by it while the
 * platform is away. Keys of APIs, of which only hashes are known, are spread over a fixed number of Secrets, so that a change of
 * one writes few bytes.
 */
export class StateSecrets {
  readonly #options: StateSecretsOptions;
  readonly #job: IntervalJob;
  /** Hashes of what each Secret has. */
  readonly #written = new Map<string, string>();
  #desired: Desired | null = null;
  #soon: NodeJS.Timeout | null = null;
  #problem: Problem | null = null;

  constructor(options: StateSecretsOptions) {
    this.#options = options;
    this.#job = startInterval({
      everyMs: WRITE_EVERY_MS,
      run: (signal) => this.#writeAll(signal),
      onError: (error) =>
        options.log.warn(
          { event: 'state-secrets.not-written', error: String(error) },
          'The desired state cannot be kept in the cluster; a replica with an empty disk needs the platform.',
        ),
    });
  }

  get problems(): readonly Problem[] {
    return this.#problem === null ? [] : [this.#problem];
  }

  /** Writes a desired state, soon. */
  keep(desired: Desired): void {
    this.#desired = desired;
    this.#soon ??= setTimeout(() => {
      this.#soon = null;
      this.#job.trigger();
    }, SETTLE_MS).unref();
  }

  /** Compares everything again: another replica may have written since. */
  restart(): void {
    this.#written.clear();
    this.#job.trigger();
  }

  async close(): Promise<void> {
    if (this.#soon !== null) clearTimeout(this.#soon);
    await this.#job.close();
  }

  async #writeAll(signal: AbortSignal): Promise<void> {
    const desired = this.#desired;
    if (desired === null || !this.#options.leadership.isLeading) return;
    const key = await sealingKey(this.#options.client, true);
    if (key === null) return;
    this.#problem = null;
    const shards = shardsOf([...desired.keys.values()]);
    for (const [index, keys] of shards.entries()) {
      if (signal.aborted) return;
      await this.#write(keySecretName(index), keys, key);
    }
    const { revision, sections } = desired;
    // Last: its number of shards counts once they are there.
    await this.#write(STATE_SECRET, { revision, sections, shards: shards.length }, key);
  }

  async #write(name: string, value: unknown, key: Buffer): Promise<void> {
    const { client, leadership } = this.#options;
    const sealed = await seal(value, key, name);
    if (sealed.length > SECRET_BYTES_MAX) {
      this.#problem = tooLarge(name, sealed.length);
      return;
    }
    const hash = createHash('sha256').update(sealed).digest('hex');
    if (this.#written.get(name) === hash) return;
    const { namespace } = client.connection;
    const object = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace, labels: { 'app.kubernetes.io/part-of': 'portolan' } },
      data: { [ENTRY]: sealed.toString('base64') },
    };
    const known = (await new OwnSecret(client, name).read())?.get(ENTRY);
    try {
      if (known?.equals(sealed) !== true)
        await leadership.write((limits) =>
          client.apply(SECRETS, object, { fieldManager: FIELD_MANAGER, force: true, ...limits }),
        );
      this.#written.set(name, hash);
    } catch (error) {
      if (!(error instanceof NotLeading)) throw error;
    }
  }
}

/** Returns the desired state that was kept in the cluster; null when there is none. Rejects when it cannot be read. */
export async function loadKeptState(client: KubeClient): Promise<Desired | null> {
  const key = await sealingKey(client, false);
  if (key === null) return null;
  const read = async (name: string): Promise<unknown> => {
    const sealed = (await new OwnSecret(client, name).read())?.get(ENTRY);
    return sealed === undefined ? null : unseal(sealed, key, name);
  };
  const found = await read(STATE_SECRET);
  if (found === null) return null;
  const { revision, sections, shards } = head.parse(found);
  const keys: ApiKeyRecord[] = [];
  for (let index = 0; index < shards; index += 1)
    keys.push(...shard.parse((await read(keySecretName(index))) ?? []));
  return { revision, sections, keys: new Map(keys.map((each) => [each.id, each])) };
}

/** The key lies beside the credential: who can read the state alone cannot open it. */
async function sealingKey(client: KubeClient, mayCreate: boolean): Promise<Buffer | null> {
  const secret = new OwnSecret(client, CREDENTIAL_SECRET);
  if (mayCreate) return secret.update(SEAL_ENTRY, (current) => current ?? randomBytes(SEAL_BYTES));
  return (await secret.read())?.get(SEAL_ENTRY) ?? null;
}

/** Few keys are in one Secret; each of many is always in the same of several. */
function shardsOf(keys: readonly ApiKeyRecord[]): readonly (readonly ApiKeyRecord[])[] {
  const ordered = keys.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (ordered.length <= 1_000) return [ordered];
  const shards = Array.from({ length: KEY_SHARDS }, (): ApiKeyRecord[] => []);
  for (const key of ordered)
    shards[createHash('sha256').update(key.id).digest().readUInt8() % KEY_SHARDS]?.push(key);
  return shards;
}

function tooLarge(name: string, bytes: number): Problem {
  return {
    code: 'state-too-large',
    severity: 'warning',
    message: `The state that the cluster keeps for new replicas is too large for Secret ${name} (${bytes} bytes); new replicas then need the platform.`,
    fix: 'delete API keys that are no longer used, or give the agent a persistent state directory',
  };
}
