import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentIdentity } from '@portolan/contract/agent';
import { metricsBatch } from '@portolan/contract/agent-reports';
import type { Database } from '../../db/database.ts';
import { enterWorkspace } from '../../db/tenancy.ts';
import { storeMinutes } from '../metrics-store.ts';
import { minuteOf, SERIES_PER_AGENT, WORKSPACE } from './fleet.ts';
import { bytesPerPoint } from './store.ts';

const MINUTE_MS = 60_000;
/** The first minutes create series and compile what runs. */
const WARM_UP_MINUTES = 2;
const MINUTES = 12;
const CLOCK_TICKS = 100;

/**
 * Stores minutes of all agents one after another, and returns the CPU time of platform and database as a share of one core that a
 * minute in a minute takes, with the bytes that a point takes.
 */
export async function measureIngest(
  db: Database,
  agents: readonly AgentIdentity[],
  postgresDir: string,
): Promise<Record<string, number>> {
  const start = Math.floor(Date.now() / MINUTE_MS - MINUTES - WARM_UP_MINUTES) * MINUTE_MS;
  const minute = async (at: number): Promise<void> => {
    for (const [number, agent] of agents.entries()) {
      const text = JSON.stringify({ points: minuteOf(number, start + at * MINUTE_MS), dropped: 0 });
      const { points } = metricsBatch.parse(await new Response(text).json());
      await db.transaction(async (tx) => {
        await enterWorkspace(tx, WORKSPACE);
        await storeMinutes(tx, agent, { counter: 'gateway-0', points });
      });
    }
  };
  for (let at = 0; at < WARM_UP_MINUTES; at++) await minute(at);
  const before = { own: process.cpuUsage(), database: await postgresCpuSeconds(postgresDir) };
  for (let at = WARM_UP_MINUTES; at < WARM_UP_MINUTES + MINUTES; at++) await minute(at);
  const { user, system } = process.cpuUsage(before.own);
  const own = (user + system) / 1e6 / MINUTES;
  const database = ((await postgresCpuSeconds(postgresDir)) - before.database) / MINUTES;
  return {
    series_per_minute: agents.length * SERIES_PER_AGENT,
    ingest_core_share: rounded((own + database) / 60),
    ingest_platform_cpu_s: rounded(own),
    ingest_postgres_cpu_s: rounded(database),
    bytes_per_minute_point: await bytesPerPoint(db, 'metric_1m'),
    bytes_per_long_point: await bytesPerPoint(db, 'metric_10m'),
  };
}

/** CPU seconds of all processes of a PostgreSQL server, ended ones included. */
async function postgresCpuSeconds(directory: string): Promise<number> {
  const [postmaster = ''] = (await readFile(join(directory, 'postmaster.pid'), 'utf8')).split('\n');
  let ticks = 0;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // proc(5): after the name in brackets come the state, the parent and, from the twelfth on, user and system time, then those of children.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [own, ended] = [Number(fields[11]) + Number(fields[12]), Number(fields[13]) + Number(fields[14])];
    if (pid === postmaster) ticks += own + ended;
    else if (fields[1] === postmaster) ticks += own;
  }
  return ticks / CLOCK_TICKS;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
