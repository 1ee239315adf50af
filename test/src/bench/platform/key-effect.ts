import { createKey } from '@portolan/contract/keys';
import { listApis } from '@portolan/contract/resources';
import { createUser, renameGroup } from '@portolan/contract/users';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { until } from '../../e2e/until.ts';
import type { BenchOptions, BenchReport } from '../bench.ts';
import type { BenchSystem } from './bench-system.ts';
import { percentile, rounded } from './statistics.ts';

const KEYS = 200;
const KEYS_AMONG_MANY = 100;
const MANY = 200_000;
const POLL_MS = 1;
const PATIENCE_MS = 10_000;
/** Until every gateway knows what was written behind the platform's back. */
const LOADING_MS = 120_000;

/** From a key's creation being answered to the first request with it that the gateway lets through, alone and among many. */
export async function measureKeyEffect(system: BenchSystem, { log }: BenchOptions): Promise<BenchReport> {
  const few = await measureOn(system, { email: 'few@example.com', keys: KEYS });
  log(`writing ${MANY} keys`);
  await fill(system);
  await measureOn(system, { email: 'loading@example.com', keys: 1, patienceMs: LOADING_MS });
  const many = await measureOn(system, { email: 'many@example.com', keys: KEYS_AMONG_MANY });
  return {
    key_effective_p99_ms: rounded(percentile(few, 99)),
    key_effective_p50_ms: rounded(percentile(few, 50)),
    key_effective_p99_among_200k_ms: rounded(percentile(many, 99)),
    key_effective_p50_among_200k_ms: rounded(percentile(many, 50)),
  };
}

interface Trial {
  readonly email: string;
  readonly keys: number;
  readonly patienceMs?: number;
}

async function measureOn({ running }: BenchSystem, trial: Trial): Promise<number[]> {
  const { client, ready } = running;
  const params = { workspace: ready.workspace };
  const host = await until('flights has a URL', PATIENCE_MS, async () => {
    const { items } = await client.call(listApis, { params, query: {} });
    const url = items.find(({ name }) => name === 'flights')?.urls[0];
    return url === undefined ? undefined : new URL(url).hostname;
  });
  const user = await client.call(createUser, { params, body: { email: trial.email, groups: ['crew'] } });
  const gateway = new Pool(ready.gateway, { connections: 1 });
  const times: number[] = [];
  for (let number = 0; number < trial.keys; number += 1) {
    const { key } = await client.call(createKey, { params, body: { user: user.id, name: `key ${number}` } });
    const answeredAt = performance.now();
    const headers = { host, authorization: `Bearer ${key}` };
    await untilAccepted(gateway, headers, trial.patienceMs ?? PATIENCE_MS);
    times.push(performance.now() - answeredAt);
  }
  await gateway.close();
  return times;
}

/** Users with ten keys each, and a change that makes platforms read all keys again. */
async function fill({ running, sql }: BenchSystem): Promise<void> {
  const { client, ready } = running;
  const params = { workspace: ready.workspace };
  await sql(
    `insert into users (id, workspace_id, email)
     select 'usr_bulk' || n, '${ready.workspace}', 'bulk' || n || '@example.com' from generate_series(1, ${MANY / 10}) n`,
    `insert into user_groups (workspace_id, user_id, group_id)
     select '${ready.workspace}', u.id, g.id from users u, groups g where u.id like 'usr_bulk%' and g.name = 'crew'`,
    `insert into api_keys (id, workspace_id, user_id, name, prefix, hash)
     select 'key_bulk' || n, '${ready.workspace}', 'usr_bulk' || (1 + n % ${MANY / 10}), 'bulk ' || n, 'ptl_bulk',
       sha512(n::text::bytea)::text from generate_series(1, ${MANY}) n`,
    'analyze',
  );
  await client.call(createUser, { params, body: { email: 'renamed@example.com', groups: ['before'] } });
  await client.call(renameGroup, { params: { ...params, group: 'before' }, body: { name: 'after' } });
}

async function untilAccepted(
  gateway: Pool,
  headers: Record<string, string>,
  patienceMs: number,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const { statusCode, body } = await gateway.request({ method: 'GET', path: '/flights', headers });
    await body.dump();
    if (statusCode === 200) return;
    if (performance.now() > deadline) throw new Error(`a new key is still answered ${statusCode}`);
    await pause(POLL_MS);
  }
}
