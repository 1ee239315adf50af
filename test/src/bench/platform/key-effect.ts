import { createKey } from '@portolan/contract/keys';
import { listApis } from '@portolan/contract/resources';
import { createUser } from '@portolan/contract/users';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { until } from '../../e2e/until.ts';
import type { BenchReport } from '../main.ts';
import type { BenchSystem } from './bench-system.ts';
import { percentile, rounded } from './statistics.ts';

const KEYS = 200;
const POLL_MS = 1;
const PATIENCE_MS = 10_000;

/** From a key's creation being answered to the first request with it that the gateway lets through. */
export async function measureKeyEffect({ running }: BenchSystem): Promise<BenchReport> {
  const { client, ready } = running;
  const params = { workspace: ready.workspace };
  const host = await until('flights has a URL', PATIENCE_MS, async () => {
    const { items } = await client.call(listApis, { params, query: {} });
    const url = items.find(({ name }) => name === 'flights')?.urls[0];
    return url === undefined ? undefined : new URL(url).hostname;
  });
  const body = { email: 'key-effect@example.com', groups: ['crew'] };
  const user = await client.call(createUser, { params, body });
  const gateway = new Pool(ready.gateway, { connections: 1 });
  const times: number[] = [];
  for (let number = 0; number < KEYS; number += 1) {
    const { key } = await client.call(createKey, { params, body: { user: user.id, name: `key ${number}` } });
    const answeredAt = performance.now();
    await untilAccepted(gateway, { host, authorization: `Bearer ${key}` });
    times.push(performance.now() - answeredAt);
  }
  await gateway.close();
  return {
    key_effective_p99_ms: rounded(percentile(times, 99)),
    key_effective_p50_ms: rounded(percentile(times, 50)),
  };
}

async function untilAccepted(gateway: Pool, headers: Record<string, string>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const { statusCode, body } = await gateway.request({ method: 'GET', path: '/flights', headers });
    await body.dump();
    if (statusCode === 200) return;
    if (performance.now() > deadline) throw new Error(`a new key is still answered ${statusCode}`);
    await pause(POLL_MS);
  }
}
