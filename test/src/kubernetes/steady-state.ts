import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ControlPlane } from '../interop/kubernetes/control-plane.ts';

const AGENT = join(import.meta.dirname, '../../../apps/agent/bin/portolan-agent.js');
const LOOK_MS = 1_000;
const PER_APPLY = 500;
const NS = 'steady';
const hub = { apiVersion: 'hub.traefik.io/v1alpha1' };

/** What an agent wrote to a cluster in which nothing changes. */
interface SteadyState {
  /** Writes until everything was as it should be. */
  readonly settlingWrites: number;
  /** Writes after that: over reconciliations, and over a restart that reads everything again with an empty disk. */
  readonly steadyWrites: readonly string[];
}

/**
 * Lets an agent settle in a cluster of its own with APIs and guarded Ingresses, and counts what it writes from then on by the audit
 * log of the API server. Renewals of its Lease are left out: they show that it is alive.
 */
export async function measureSteadyState(
  plane: ControlPlane,
  auditLog: string,
  {
    apis,
    directory,
    deadlineMs,
  }: { readonly apis: number; readonly directory: string; readonly deadlineMs: number },
): Promise<SteadyState> {
  await createObjects(plane, apis);
  const before = await readAudit(auditLog);
  const end = performance.now() + deadlineMs;
  const lookUntil = async (what: string, isTrue: (audit: Audit) => boolean): Promise<Audit> => {
    for (;;) {
      const audit = await readAudit(auditLog);
      if (isTrue(audit)) return audit;
      if (performance.now() > end) throw new Error(`${what}: not within ${deadlineMs / 1000} s`);
      await pause(LOOK_MS);
    }
  };
  const reconciled = async (times: number): Promise<Audit> => {
    const { reconciliations } = await readAudit(auditLog);
    return lookUntil('reconciled again', (audit) => audit.reconciliations >= reconciliations + times);
  };
  const agents = [await startAgent(plane, join(directory, 'first'))];
  try {
    await lookUntil('every API has its status', ({ writes }) => statusWrites(writes) >= apis);
    let settled = await reconciled(1);
    for (let last = -1; last !== settled.writes.length; settled = await reconciled(1))
      last = settled.writes.length;
    await reconciled(1);
    await stop(agents[0]);
    agents.push(await startAgent(plane, join(directory, 'second')));
    const after = await reconciled(2);
    return {
      settlingWrites: settled.writes.length - before.writes.length,
      steadyWrites: after.writes.slice(settled.writes.length),
    };
  } finally {
    await Promise.all(agents.map(stop));
  }
}

interface Audit {
  /** `VERB PATH` of requests that change something. */
  readonly writes: readonly string[];
  /** Times the agent has read what it made. */
  readonly reconciliations: number;
}

async function readAudit(log: string): Promise<Audit> {
  const writes: string[] = [];
  let reconciliations = 0;
  for (const line of (await readFile(log, 'utf8')).split('\n')) {
    const verb = /"verb":"([a-z]+)"/.exec(line)?.[1] ?? '';
    const path = /"requestURI":"([^"]+)"/.exec(line)?.[1] ?? '';
    // The last line may not have been written as a whole yet.
    if (!line.endsWith('}') || path.includes('/leases') || !line.includes('"username":"admin"')) continue;
    if (['create', 'update', 'patch', 'delete'].includes(verb)) writes.push(`${verb} ${path}`);
    if (verb === 'list' && /\/traefik\.io\/v1alpha1\/middlewares\?.*labelSelector=/.test(path))
      reconciliations += 1;
  }
  return { writes, reconciliations };
}

function statusWrites(writes: readonly string[]): number {
  return new Set(writes.filter((write) => /\/apis\/[^/?]+\/status/.test(write))).size;
}

async function createObjects(plane: ControlPlane, apis: number): Promise<void> {
  const apply = (items: readonly unknown[]) =>
    plane.kubectl(
      ['apply', '--server-side', '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    );
  await apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NS } },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'traefik' },
      spec: { controller: 'traefik.io/ingress-controller' },
    },
    {
      ...hub,
      kind: 'AccessControlPolicy',
      metadata: { name: 'crew' },
      spec: { apiKey: { keySource: { header: 'X-Key' }, keys: [] } },
    },
  ]);
  const objects = Array.from({ length: apis }, (_, index) => [
    {
      ...hub,
      kind: 'API',
      metadata: { name: `api-${index}`, namespace: NS },
      spec: { pathPrefix: `/api-${index}`, service: { name: 'web', port: { number: 80 } } },
    },
    ...(index % 10 === 0 ? [guardedIngress(index)] : []),
  ]).flat();
  for (let from = 0; from < objects.length; from += PER_APPLY)
    await apply(objects.slice(from, from + PER_APPLY));
}

function guardedIngress(index: number): unknown {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: `web-${index}`,
      namespace: NS,
      annotations: { 'hub.traefik.io/access-control-policy': 'crew' },
    },
    spec: {
      ingressClassName: 'traefik',
      rules: [
        { host: `web-${index}.example`, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } },
      ],
    },
  };
}

async function startAgent({ kubeconfig }: ControlPlane, stateDir: string): Promise<ChildProcess> {
  const args = ['--kubeconfig', kubeconfig, '--state-dir', stateDir, '--log-level=error'];
  const auth = ['--auth-port=0', '--auth-url=http://127.0.0.1:1'];
  const child = fork(AGENT, [...args, ...auth], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, PORTOLAN_SUPERVISED: '1' },
  });
  const [ready] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
  if (typeof ready !== 'object') throw new Error('the agent ended before it was ready');
  return child;
}

async function stop(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
