import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { hashApiKey } from '@portolan/process/api-key-hash';
import { apply } from './cluster.ts';

const SEAL = join(import.meta.dirname, '../../../apps/agent/src/cluster-control/testing/seal-process.ts');
/** A platform that no agent reaches. */
export const PLATFORM_AWAY = '--platform-url=http://127.0.0.1:1';

export interface KeptState {
  readonly revision: number;
  readonly domains?: readonly object[];
  readonly certificates?: readonly object[];
  /** Objects that were made on the platform. */
  readonly objects?: readonly object[];
  readonly keys?: readonly object[];
}

/** Puts what the platform wants where agents in a namespace keep it, as they would. */
export async function keepState(own: string, state: KeptState): Promise<void> {
  const { revision, domains = [], certificates = [], objects = [], keys = [] } = state;
  const apiAuth = { kind: 'apiKey', source: { header: 'Authorization', headerAuthScheme: 'Bearer' } };
  const sections = { apiAuth, domains, certificates, objects, tunnels: [] };
  const sealKey = Buffer.alloc(32, 7);
  const sealed = seal(sealKey, {
    'portolan-agent-keys-0': keys,
    'portolan-agent-state': { revision, sections, shards: 1 },
  });
  const secret = (name: string, data: Record<string, string>) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: own },
    data,
  });
  await apply(
    secret('portolan-agent-credential', { 'seal.key': sealKey.toString('base64') }),
    ...Object.entries(sealed).map(([name, value]) => secret(name, { state: value })),
  );
}

/** Returns an API key of a user in one group, as agents know it. */
export function keyOf(value: string, group: string): object {
  const owner = { id: `key-${group}`, userId: 'u', email: 'e@example.com', groups: [group] };
  return { ...owner, hash: hashApiKey(value), suspended: false, expiresAt: null };
}

/** Values as the agent seals them, in base64. */
function seal(key: Buffer, values: Record<string, unknown>): Record<string, string> {
  const input = JSON.stringify(values);
  const output = execFileSync(process.execPath, [SEAL, key.toString('hex')], { input, encoding: 'utf8' });
  return JSON.parse(output) as Record<string, string>;
}
