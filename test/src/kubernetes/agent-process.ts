import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AGENT, agentCommand, apply, kubectl, namespace } from './cluster.ts';

/** An agent that runs with a ServiceAccount of its own, and with no right but those it asks for. */
export interface AgentProcess {
  readonly child: ChildProcess;
  /** Origin of its gateway. */
  readonly gateway: string;
  /** Lines it has logged so far. */
  logs(): readonly Readonly<Record<string, unknown>>[];
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Creates the namespace and the account of an agent with the rights that `portolan-agent rights` prints; returns its kubeconfig. */
export async function createAccount(
  own: string,
  rights: readonly string[] = [],
): Promise<{ kubeconfig: string; remove: () => Promise<void> }> {
  await apply(namespace(own));
  const account = `agent-${own}`;
  const roles = await agentCommand('rights', '--namespace', own, '--service-account', account, ...rights);
  await kubectl(['apply', '--server-side', '-f', '-'], roles);
  const token = (await kubectl(['create', 'token', account, '-n', own])).trim();
  const administrator = JSON.parse(await kubectl(['config', 'view', '--raw', '--flatten', '-o', 'json'])) as {
    clusters: readonly [{ cluster: object }];
  };
  const directory = await mkdtemp(join(tmpdir(), 'portolan-account-'));
  const kubeconfig = join(directory, 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: administrator.clusters[0].cluster }],
    users: [{ name: account, user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: account, namespace: own } }],
    'current-context': 'test',
  };
  await writeFile(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  return { kubeconfig, remove: () => rm(directory, { recursive: true }) };
}

/** Starts an agent and resolves when it serves. @throws Error with its log when it ends before. */
export async function startAgent(
  kubeconfig: string,
  args: readonly string[] = [],
  stateDir?: string,
): Promise<AgentProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'portolan-agent-'));
  const all = ['--kubeconfig', kubeconfig, '--state-dir', stateDir ?? join(directory, 'state'), ...args];
  const child = fork(AGENT, all, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, PORTOLAN_SUPERVISED: '1' },
  });
  let log = '';
  child.stderr?.on('data', (chunk) => (log += String(chunk)));
  const [ready] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [
    { gateway?: string },
  ];
  if (typeof ready !== 'object' || ready?.gateway === undefined) throw new Error(`the agent ended: ${log}`);
  return {
    child,
    gateway: ready.gateway,
    logs: () =>
      log
        .split('\n')
        .filter((line) => line.startsWith('{') && line.endsWith('}'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        child.kill(signal);
        await exited;
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Returns an object of the cluster as JSON; null when it does not exist. */
export async function getObject(...args: readonly string[]): Promise<Record<string, unknown> | null> {
  const text = await kubectl(['get', ...args, '--ignore-not-found', '-o', 'json']);
  return text === '' ? null : (JSON.parse(text) as Record<string, unknown>);
}
