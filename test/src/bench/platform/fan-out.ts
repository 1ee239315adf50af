import { once } from 'node:events';
import { Agent, request, type ClientRequest } from 'node:http';
import { EVENTS_PATH } from '@portolan/contract/events';
import { createGroup } from '@portolan/contract/users';
import { until } from '../../e2e/until.ts';
import type { BenchReport } from '../bench.ts';
import type { BenchSystem } from './bench-system.ts';
import { percentile, rounded } from './statistics.ts';

const CLIENTS = 1000;
const CHANGES = 20;
const OPENED_AT_ONCE = 50;
const PATIENCE_MS = 30_000;

/** From asking for a change to each of 1,000 subscribers having heard of it. */
export async function measureFanOut(system: BenchSystem): Promise<BenchReport> {
  const { client, ready } = system.running;
  const params = { workspace: ready.workspace };
  const before = await system.rssMb();
  const heard = new Heard();
  const open: ClientRequest[] = [];
  try {
    while (open.length < CLIENTS) {
      const some = Array.from({ length: OPENED_AT_ONCE }, () => subscribe(system, heard));
      open.push(...(await Promise.all(some)));
    }
    const times: number[] = [];
    for (let number = 0; number < CHANGES; number += 1) {
      heard.begin();
      await client.call(createGroup, { params, body: { name: `fan-out ${number}` } });
      await until('every subscriber heard of the change', PATIENCE_MS, async () => heard.count >= CLIENTS);
      times.push(...heard.times);
    }
    return {
      sse_1000_p99_ms: rounded(percentile(times, 99)),
      sse_1000_p50_ms: rounded(percentile(times, 50)),
      sse_client_rss_kb: Math.round(((await system.rssMb()) - before) * (1024 / CLIENTS)),
    };
  } finally {
    for (const each of open) each.destroy();
  }
}

/** When subscribers heard of the change that was begun last. */
class Heard {
  times: number[] = [];
  #begunAt = 0;

  get count(): number {
    return this.times.length;
  }

  begin(): void {
    this.times = [];
    this.#begunAt = performance.now();
  }

  note(): void {
    this.times.push(performance.now() - this.#begunAt);
  }
}

const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });

async function subscribe({ running }: BenchSystem, heard: Heard): Promise<ClientRequest> {
  const { platform, adminToken, workspace } = running.ready;
  const url = new URL(`${EVENTS_PATH.replace('{workspace}', workspace)}?topics=groups`, platform);
  const subscription = request(url, { agent, headers: { authorization: `Bearer ${adminToken}` } });
  subscription.on('error', () => undefined);
  subscription.end();
  const [response] = await once(subscription, 'response');
  if (response.statusCode !== 200) throw new Error(`a subscriber was answered ${response.statusCode}`);
  response.setEncoding('utf8').on('data', (text: string) => {
    if (text.includes('event: change')) heard.note();
  });
  response.on('error', () => undefined);
  await once(response, 'data');
  return subscription;
}
