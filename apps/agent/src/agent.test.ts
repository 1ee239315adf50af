import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
let directory: string;
let upstream: Server;
const children: ChildProcess[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-agent-'));
  upstream = createServer((request, response) => response.end(`upstream ${request.url ?? ''}`)).listen(
    0,
    '127.0.0.1',
  );
  await once(upstream, 'listening');
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  upstream.closeAllConnections();
  upstream.close();
  await rm(directory, { recursive: true, force: true });
});

interface Agent {
  readonly child: ChildProcess;
  readonly gateway: string;
  log(): string;
}

function start(...flags: string[]): { child: ChildProcess; log: () => string } {
  const paths = ['--resources', join(directory, 'resources'), '--state-dir', join(directory, 'state')];
  const child = spawn(process.execPath, [MAIN, ...paths, ...flags], {
    env: { ...process.env, PORTOLAN_SUPERVISED: '1' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  children.push(child);
  let text = '';
  child.stderr?.on('data', (chunk) => (text += String(chunk)));
  return { child, log: () => text };
}

async function startReady(...flags: string[]): Promise<Agent> {
  const { child, log } = start(...flags);
  const [message] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(log()))),
  ])) as [{ event: string; gateway: string; pid: number }];
  expect(message).toMatchObject({ event: 'ready', pid: child.pid });
  return { child, gateway: message.gateway, log };
}

async function put(host: string): Promise<void> {
  const { port } = upstream.address() as AddressInfo;
  const text = `apiVersion: v1
kind: Service
metadata: {name: up, namespace: x}
spec: {type: ExternalName, externalName: 127.0.0.1, ports: [{port: ${port}}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: x}
spec: {rules: [{host: ${host}, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: up, port: {number: ${port}}}}}]}}]}
`;
  await write(text);
}

async function write(text: string): Promise<void> {
  await writeFile(join(directory, 'new'), text);
  await rename(join(directory, 'new'), join(directory, 'resources', 'web.yaml'));
}

function get(gateway: string, host: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${gateway}/x`, { headers: { host } }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject);
    request.end();
  });
}

const statusOf = (agent: Agent, host: string) => get(agent.gateway, host).then(({ status }) => status);

async function makeResources(): Promise<void> {
  await mkdir(join(directory, 'resources'));
}

test('serves a directory, applies a change within a second, and stops in order', async () => {
  await makeResources();
  await put('one.localhost');
  const agent = await startReady();
  expect(await get(agent.gateway, 'one.localhost')).toEqual({ status: 200, text: 'upstream /x' });
  const started = performance.now();
  await put('two.localhost');
  await expect.poll(() => statusOf(agent, 'two.localhost'), { interval: 10 }).toBe(200);
  expect(performance.now() - started).toBeLessThan(1000);
  expect(await statusOf(agent, 'one.localhost')).toBe(404);
  agent.child.kill('SIGTERM');
  expect(await once(agent.child, 'exit')).toEqual([0, null]);
});

test('a broken file changes nothing, also over a restart', async () => {
  await makeResources();
  await put('one.localhost');
  const first = await startReady();
  await write('apiVersion: [');
  await expect.poll(() => first.log()).toContain('manifest-syntax');
  expect(await statusOf(first, 'one.localhost')).toBe(200);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  const second = await startReady();
  expect(await statusOf(second, 'one.localhost')).toBe(200);
});

test('an object that breaks its schema is served in its last valid version, also over a restart', async () => {
  await makeResources();
  await put('one.localhost');
  const first = await startReady();
  const good = await readFile(join(directory, 'resources', 'web.yaml'), 'utf8');
  await write(good.replace('pathType: Prefix', 'pathType: Wrong'));
  await expect.poll(() => first.log()).toContain('serving the last valid version');
  expect(await statusOf(first, 'one.localhost')).toBe(200);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  const second = await startReady();
  expect(await statusOf(second, 'one.localhost')).toBe(200);
});

test('does not take the last route away unless told to', async () => {
  await makeResources();
  await put('one.localhost');
  const careful = await startReady();
  await rm(join(directory, 'resources', 'web.yaml'));
  await expect.poll(() => careful.log()).toContain('serving.empty-held-back');
  expect(await statusOf(careful, 'one.localhost')).toBe(200);
  careful.child.kill('SIGHUP');
  await expect.poll(() => statusOf(careful, 'one.localhost')).toBe(404);
  careful.child.kill('SIGTERM');
  await once(careful.child, 'exit');
  await put('one.localhost');
  const willing = await startReady('--allow-empty');
  expect(await statusOf(willing, 'one.localhost')).toBe(200);
  await rm(join(directory, 'resources', 'web.yaml'));
  await expect.poll(() => statusOf(willing, 'one.localhost')).toBe(404);
});

test('damaged state is named, and everything else is served', async () => {
  await makeResources();
  await put('one.localhost');
  const first = await startReady();
  const good = await readFile(join(directory, 'resources', 'web.yaml'), 'utf8');
  await write(good.replace('pathType: Prefix', 'pathType: Wrong'));
  await expect.poll(() => first.log()).toContain('serving the last valid version');
  await expect.poll(() => readdir(join(directory, 'state'))).toContain('held-objects');
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  for (const name of ['held-objects', 'held-objects.previous', 'unfinished-minute'])
    await writeFile(join(directory, 'state', name), 'damaged');
  await writeFile(
    join(directory, 'resources', 'other.yaml'),
    good.replace('one.localhost', 'two.localhost').replaceAll('name: web', 'name: other'),
  );
  const second = await startReady();
  expect(second.log()).toContain('last-valid.damaged');
  expect(await statusOf(second, 'two.localhost')).toBe(200);
});

test('a state directory that can no longer be written costs nothing but what is kept there', async () => {
  await makeResources();
  await put('one.localhost');
  await mkdir(join(directory, 'state'));
  await writeFile(join(directory, 'state', 'metrics-spool'), 'not a directory');
  const agent = await startReady();
  expect(agent.log()).toContain('metrics.spool-unreadable');
  await rm(join(directory, 'state'), { recursive: true });
  await writeFile(join(directory, 'state'), 'not a directory');
  const good = await readFile(join(directory, 'resources', 'web.yaml'), 'utf8');
  await write(good.replace('pathType: Prefix', 'pathType: Wrong'));
  await expect.poll(() => agent.log()).toContain('last-valid.not-kept');
  await expect
    .poll(() => agent.log())
    .toMatch(/Ingress x\/web: spec\.rules\[0\].*serving the last valid version/);
  expect(await statusOf(agent, 'one.localhost')).toBe(200);
  await put('two.localhost');
  await expect.poll(() => statusOf(agent, 'two.localhost')).toBe(200);
  agent.child.kill('SIGTERM');
  expect(await once(agent.child, 'exit')).toEqual([0, null]);
});

test('ends when the one who started it is gone', async () => {
  await makeResources();
  const agent = await startReady();
  agent.child.disconnect();
  expect(await once(agent.child, 'exit')).toEqual([0, null]);
});

test('tells its health and figures on a port of its own', async () => {
  await makeResources();
  await put('one.localhost');
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  taken.close();
  await once(taken, 'close');
  const agent = await startReady('--admin-port', String(port));
  await statusOf(agent, 'one.localhost');
  const admin = `http://127.0.0.1:${port}`;
  for (const path of ['/healthz', '/readyz']) expect((await fetch(admin + path)).status).toBe(200);
  const tunnels = await fetch(`${admin}/readyz/tunnels`);
  expect([tunnels.status, await tunnels.text()]).toEqual([
    503,
    'gateway: ready\ntunnels: none, as this agent has no platform\n',
  ]);
  const text = await (await fetch(`${admin}/metrics`)).text();
  expect(text).toContain('portolan_agent_routes 1');
  expect(text).toMatch(/portolan_gateway_requests_total\{route="ingress",status="2xx"\} 1/);
});

test.each<[string[], RegExp, number?]>([
  [['--gateway-port', 'many'], /--gateway-port: /],
  [['--nonsense'], /nonsense/],
  [['--platform-url', 'http://127.0.0.1:1'], /--platform-url needs --token-file/],
  [
    ['--platform-url', 'http://127.0.0.1:1', '--token-file', '/nowhere/token'],
    /Cannot read the token file .*--token-file/,
    1,
  ],
])('refuses %j in one line', async (flags, message, code = 2) => {
  await makeResources();
  const { child, log } = start(...flags);
  expect(await once(child, 'exit')).toEqual([code, null]);
  expect(log()).toMatch(message);
  expect(log().trim().split('\n')).toHaveLength(1);
});

test('refuses a port in use and a state directory that cannot be, in one line', async () => {
  await makeResources();
  const { port } = upstream.address() as AddressInfo;
  const busy = start('--gateway-port', String(port));
  expect(await once(busy.child, 'exit')).toEqual([1, null]);
  expect(busy.log()).toMatch(/^portolan-agent: Cannot listen: .*Choose another port/);
  await writeFile(join(directory, 'state-file'), '');
  const unwritable = start('--state-dir', join(directory, 'state-file', 'x'));
  expect(await once(unwritable.child, 'exit')).toEqual([1, null]);
  expect(unwritable.log()).toMatch(/^portolan-agent: Cannot use the state directory /);
});

test('refuses a directory of resources that is not there', async () => {
  const { child, log } = start();
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(log()).toMatch(/^portolan-agent: Cannot read the resources directory /);
});
