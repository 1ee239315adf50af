import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { descendantsOf } from '../../durability/processes.ts';
import { npmStart } from '../../e2e/running.ts';
import { until } from '../../e2e/until.ts';
import type { BenchOptions, BenchReport } from '../bench.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
/** Clock ticks of `/proc/PID/stat` a second (`getconf CLK_TCK`, which is 100 on every Linux that Node supports). */
const TICKS = 100;

/**
 * Times of starts, in milliseconds, and the CPU seconds of all processes: a system on a new data directory, the same again, and an agent
 * alone until it answers its first request. Medians of the rounds; bundles and compiled code are there.
 */
export async function run({ rounds, log }: BenchOptions): Promise<BenchReport> {
  const dir = await mkdtemp(join(tmpdir(), 'portolan-start-'));
  try {
    await startSystem(join(dir, 'warm-up'));
    const runs = [];
    for (let round = 1; round <= rounds; round += 1) {
      const data = join(dir, String(round));
      const first = await startSystem(data);
      const later = await startSystem(data);
      const agent = await startAgent(join(dir, `agent-${round}`));
      runs.push({ first, later, agent });
      log(`round ${round}: ${JSON.stringify(runs.at(-1))}`);
    }
    const median = (values: readonly number[]) =>
      values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
    return {
      first_start_ms: Math.round(median(runs.map(({ first }) => first.ms))),
      later_start_ms: Math.round(median(runs.map(({ later }) => later.ms))),
      agent_first_request_ms: Math.round(median(runs.map(({ agent }) => agent.ms))),
      first_start_cpu_s: median(runs.map(({ first }) => first.cpu)),
      later_start_cpu_s: median(runs.map(({ later }) => later.cpu)),
      agent_first_request_cpu_s: median(runs.map(({ agent }) => agent.cpu)),
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function startSystem(data: string) {
  const startedAt = performance.now();
  const running = await npmStart(['--data-dir', data]);
  const ms = performance.now() - startedAt;
  const launcher = Number.parseInt(await readFile(join(data, 'lock'), 'utf8'), 10);
  const pids = [launcher, ...descendantsOf(launcher).map(({ pid }) => pid)];
  const cpu = (await Promise.all(pids.map(cpuSeconds))).reduce((sum, one) => sum + one, 0);
  await running.stop();
  return { ms, cpu };
}

async function startAgent(state: string) {
  const startedAt = performance.now();
  await mkdir(state, { recursive: true });
  const program = join(root, 'apps/agent/bin/portolan-agent.js');
  const resources = join(root, 'examples/airline');
  const args = ['--resources', resources, '--state-dir', state, '--admin-port', '0', '--gateway-port', '0'];
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...process.env, PORTOLAN_SUPERVISED: '1' },
  });
  const [message] = await once(child, 'message');
  const { gateway } = message as { gateway: string };
  const status = await until('a request is answered', 20_000, () => statusOf(gateway));
  const ms = performance.now() - startedAt;
  const cpu = await cpuSeconds(child.pid ?? 0);
  child.kill('SIGTERM');
  await once(child, 'exit');
  return { ms, cpu, status };
}

function statusOf(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host: 'ops.airline.localhost' } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

/** Returns the CPU time of a process and of those of its children that it has waited for; proc(5). */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS;
}
