import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { installableCrds } from '@portolan/resources/crds/installable';
import { startControlPlane, type ControlPlane } from '../../interop/kubernetes/control-plane.ts';
import type { BenchOptions, BenchReport } from '../bench.ts';
import { openWriter, SETS, type ClusterWriter } from './cluster-objects.ts';
import { startMeasuredAgent, type MeasuredAgent } from './measured-agent.ts';
import { measureOnPlatform } from './on-platform.ts';
import { measureSteadyWrites } from './steady-writes.ts';
import { percentile } from '../percentile.ts';

const CHANGES = 60;
const SETTLED_MS = 15_000;
const STORM_MS = 60_000;
const STORM_PER_SECOND = 100;
const STORM_ROUTES = 100;

/** An agent on a real API server with 10,000 objects: how soon, how much memory, and what a change costs. */
export async function run({ log, only }: BenchOptions): Promise<BenchReport> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-kubernetes-'));
  const wants = (name: string) => only.length === 0 || only.includes(name);
  try {
    const large = wants('agent') || wants('platform') ? await measureLarge(directory, { log, wants }) : {};
    return { ...large, ...(wants('steady') ? await measureSteadyWrites(directory) : {}) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface Chosen {
  readonly log: (text: string) => void;
  readonly wants: (name: string) => boolean;
}

async function measureLarge(directory: string, { log, wants }: Chosen): Promise<BenchReport> {
  await mkdir(join(directory, 'control-plane'));
  const plane = await startControlPlane(join(directory, 'control-plane'));
  const writer = await openWriter(plane);
  try {
    await installCrds(plane);
    log(`kubernetes: creating ${3 * SETS} objects`);
    await writer.createAll();
    return {
      ...(wants('agent') ? await measureAgent(plane, directory, { writer, log }) : {}),
      ...(wants('platform') ? await measureOnPlatform(plane.kubeconfig, directory, writer) : {}),
    };
  } finally {
    await writer.close();
    await plane.stop();
  }
}

interface Tools {
  readonly writer: ClusterWriter;
  readonly log: (text: string) => void;
}

async function measureAgent(plane: ControlPlane, directory: string, tools: Tools): Promise<BenchReport> {
  const stateDir = join(directory, 'state');
  const args = ['--kubeconfig', plane.kubeconfig, '--state-dir', stateDir];
  const agent = await startMeasuredAgent(args, `/p-${SETS - 1}`);
  try {
    await pause(SETTLED_MS);
    const { rss, peak } = await agent.memory();
    tools.log(`kubernetes: first request after ${agent.startMs.toFixed(0)} ms, ${rss} MB, peak ${peak} MB`);
    const quiet = await measureChanges(agent, tools.writer, 'quiet');
    await applyBadObject(plane);
    const besideBad = await measureChanges(agent, tools.writer, 'beside-bad');
    tools.log(
      `kubernetes: change to gateway p99 ${percentile(quiet, 99).toFixed(0)} ms; 100 changes a second for 60 s`,
    );
    const storm = await measureStorm(agent, tools.writer);
    return {
      start_to_first_request_ms: Math.round(agent.startMs),
      rss_mb: rss,
      peak_to_steady: Math.round((peak / rss) * 100) / 100,
      gateway_p99_ms: Math.round(percentile(quiet, 99)),
      gateway_p50_ms: Math.round(percentile(quiet, 50)),
      bad_object_p50_ratio: Math.round((percentile(besideBad, 50) / percentile(quiet, 50)) * 100) / 100,
      ...storm,
    };
  } finally {
    await agent.stop();
  }
}

async function measureChanges(agent: MeasuredAgent, writer: ClusterWriter, name: string): Promise<number[]> {
  const times: number[] = [];
  for (let change = 0; change < CHANGES; change++) {
    await writer.setPath(0, `/${name}-${change}`);
    const since = performance.now();
    await agent.untilServed(`/${name}-${change}`);
    times.push(performance.now() - since);
  }
  return times;
}

/** Changes at an even rate; at the end each route must be as it was changed last. */
async function measureStorm(agent: MeasuredAgent, writer: ClusterWriter): Promise<BenchReport> {
  const { rss } = await agent.memory();
  const last = new Map<number, string>();
  const sending: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let change = 0; performance.now() - startedAt < STORM_MS; change++) {
    const index = 1 + (change % STORM_ROUTES);
    const path = `/storm-${change}`;
    last.set(index, path);
    sending.push(writer.setPath(index, path));
    const dueAt = startedAt + ((change + 1) * 1000) / STORM_PER_SECOND;
    await pause(Math.max(0, dueAt - performance.now()));
  }
  await Promise.all(sending);
  const endedAt = performance.now();
  for (const path of last.values()) await agent.untilServed(path);
  const emptiedMs = performance.now() - endedAt;
  await pause(SETTLED_MS);
  const after = await agent.memory();
  return {
    storm_changes: sending.length,
    storm_seconds: Math.round((endedAt - startedAt) / 1000),
    storm_emptied_ms: Math.round(emptiedMs),
    storm_rss_before_mb: rss,
    storm_rss_after_mb: after.rss,
  };
}

async function installCrds({ kubectl }: ControlPlane): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items: installableCrds('v2') };
  await kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(list));
  await kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
}

/** Stored by the API server, refused by the agent. */
async function applyBadObject({ kubectl }: ControlPlane): Promise<void> {
  const policy = {
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind: 'AccessControlPolicy',
    metadata: { name: 'bad' },
    spec: { jwt: { publicKey: 'not a key' } },
  };
  await kubectl(['apply', '-f', '-'], JSON.stringify(policy));
}
