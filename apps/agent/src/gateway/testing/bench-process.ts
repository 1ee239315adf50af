/**
 * One gateway in a separate process, for benchmarks: `fork`ed with its setting as JSON in the first argument, driven by messages.
 * Each message `{ask}` is answered with `{ask, …}`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Model, Route } from '@portolan/resources/model/model';
import { pino } from 'pino';
import { z } from 'zod';
import { AccessLog } from '../../access-log/access-log.ts';
import { MinuteCounter } from '../../metrics/minute-counter.ts';
import { RequestLog } from '../../requests/request-log.ts';
import { SpanExporter } from '../../traces/span-exporter.ts';
import { hashApiKey } from '@portolan/process/api-key-hash';
import type { RequestRecorder } from '../exchange/finished-exchange.ts';
import { Gateway } from '../gateway.ts';
import { apiGuard, model, ref, route, service } from './models.ts';

const setting = z.object({
  upstreamPort: z.number(),
  routes: z.number(),
  api: z.boolean(),
  plan: z.boolean().default(false),
  metrics: z.boolean(),
  /** Requests in memory, an access log, and so large a share of traces exported; null for none of it. */
  observed: z.number().nullable().default(null),
});
const question = z.object({ ask: z.enum(['usage', 'memory', 'swap']), times: z.number().default(1) });

const { upstreamPort, routes, api, plan, metrics, observed } = setting.parse(
  JSON.parse(process.argv[2] ?? '{}'),
);

const folder = await mkdtemp(join(tmpdir(), 'gateway-bench-'));
const counter = metrics ? await MinuteCounter.open(folder, () => undefined) : { record: () => undefined };
const observers = observed === null ? [] : await openObservers();
const gateway = new Gateway({
  listen: { http: { host: '127.0.0.1', port: 0 } },
  logger: pino({ level: 'warn' }),
  metrics: {
    record(exchange) {
      counter.record(exchange);
      for (const observer of observers) observer.record(exchange);
    },
  },
  tracing: { mode: 'accept', sampleRatio: observed },
});
const table = makeTable();
gateway.swap(table);
gateway.setKeys([
  {
    id: 'k',
    hash: hashApiKey('bench-key'),
    userId: 'u',
    email: 'u@example.com',
    groups: ['crew'],
    suspended: false,
    expiresAt: null,
  },
]);
const { http } = await gateway.start();
process.send?.({ ready: true, port: http?.port });

process.on('message', (message) => {
  const { ask, times } = question.parse(message);
  if (ask === 'usage') process.send?.(usage());
  else if (ask === 'memory') process.send?.(memory());
  else void swapAgain(times).then(() => process.send?.({ ask, times }));
});
process.once('disconnect', () => {
  void gateway
    .stop(0)
    .then(() => rm(folder, { recursive: true }))
    .finally(() => process.exit(0));
});

async function openObservers(): Promise<RequestRecorder[]> {
  const accessLog = await AccessLog.open({
    target: join(folder, 'access.log'),
    format: 'json',
    withQuery: false,
    withAddress: false,
    onTrouble: (reason) => process.stderr.write(`${reason}\n`),
  });
  const sender = { send: async () => undefined };
  return [new RequestLog(), accessLog, new SpanExporter({ sender, onTrouble: () => undefined })];
}

function usage(): object {
  const { user, system } = process.cpuUsage();
  return { cpuUs: user + system };
}

/** What is live, not what the collector has yet to take. */
function memory(): object {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return { bytes: heapUsed + external };
}

/** Swaps to a new table each time, as after a change. */
async function swapAgain(times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    gateway.swap({ ...table, routes: [...table.routes] });
    await new Promise(setImmediate);
  }
}

/** Creates the route that is asked for, among others of as many hosts and prefixes as a cluster of that size has. */
function makeTable(): Model {
  const limit = { limit: 1e9, periodMs: 86_400_000, bucket: 'application-api' } as const;
  const terms = { plan: ref('APIPlan', 'bench'), title: 'bench', counted: ref('API', 'flights') };
  const access = { access: ref('APIAccess', 'access'), groups: ['crew'], operations: null };
  const guard = apiGuard({
    prefix: '/flights',
    ...(plan ? { grants: [{ ...access, terms: { ...terms, rateLimit: limit, quota: limit } }] } : {}),
    limits: plan
      ? []
      : [
          {
            source: ref('APIRateLimit', 'bench'),
            groups: ['crew'],
            limit: 1e9,
            periodMs: 1000,
            strategy: 'local',
          },
        ],
  });
  const asked = route({ rule: 'PathPrefix(`/flights`)', id: 'asked', ...(api ? { guard } : {}) });
  const others: Route[] = [];
  for (let i = 1; i < routes; i++) {
    const host = `h${i % 100}.example.com`;
    others.push({
      ...route({ rule: `Host(\`${host}\`) && PathPrefix(\`/p${i}\`)`, id: `r${i}` }),
      hosts: [host],
    });
  }
  return model([asked, ...others], [service('up', { port: upstreamPort })]);
}
