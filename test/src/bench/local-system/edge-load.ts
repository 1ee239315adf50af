import { setTimeout as delay } from 'node:timers/promises';
import { createKey } from '@portolan/contract/keys';
import { createUser } from '@portolan/contract/users';
import { listApis } from '@portolan/contract/resources';
import { Pool } from 'undici';
import { until } from '../../e2e/until.ts';
import type { Running } from '../../e2e/running.ts';

const CONNECTIONS = 32;
const TICK_MS = 10;

export interface Caller {
  /** Sends requests at a rate through all brokers, and returns how many were answered with 200 and how many were not. */
  load(perSecond: number, ms: number): Promise<{ readonly answered: number; readonly failed: number }>;
  close(): Promise<void>;
}

/** Makes a user with a key of the example's API, and a client that calls it at the brokers' edges. */
export async function callerOf({ ready, client }: Running): Promise<Caller> {
  const params = { workspace: ready.workspace };
  const body = {
    firstName: 'Load',
    lastName: 'Test',
    company: 'Airline',
    email: 'load@airline.example',
    groups: ['crew'],
  };
  const user = await client.call(createUser, { params, body });
  const { key } = await client.call(createKey, { params, body: { user: user.id, name: 'load' } });
  const host = await until('the API has a URL', 20_000, async () => {
    const { items } = await client.call(listApis, { params, query: {} });
    const url = items.find((api) => api.name === 'flights')?.urls[0];
    return url === undefined ? null : new URL(url).hostname;
  });
  const pools = ready.brokers.map(({ edge }) => new Pool(edge.http, { connections: CONNECTIONS }));
  const headers = { host, authorization: `Bearer ${key}` };
  const send = async (at: number) => {
    const response = await pools[at % pools.length]?.request({ path: '/flights', method: 'GET', headers });
    await response?.body.dump();
    return response?.statusCode === 200;
  };
  await until('the key works', 20_000, () => send(0));
  return {
    async load(perSecond, ms) {
      let sent = 0;
      let answered = 0;
      let failed = 0;
      const under = new Set<Promise<unknown>>();
      const begin = performance.now();
      for (let now = begin; now < begin + ms; now = performance.now()) {
        for (const due = ((now - begin) * perSecond) / 1000; sent < due && under.size < 512; sent += 1) {
          const one = send(sent)
            .then((isFine) => (isFine ? (answered += 1) : (failed += 1)))
            .catch(() => (failed += 1))
            .finally(() => under.delete(one));
          under.add(one);
        }
        await delay(TICK_MS);
      }
      await Promise.all(under);
      return { answered, failed };
    },
    close: async () => void (await Promise.all(pools.map((pool) => pool.close()))),
  };
}
