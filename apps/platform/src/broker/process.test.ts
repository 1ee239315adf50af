import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { listBrokers } from '@portolan/contract/clusters';
import { TestAgent } from './testing/agent.ts';
import { World } from './testing/world.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'broker-process-'));
const children: ChildProcess[] = [];
const world = await World.start();

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await world.close();
  rmSync(dir, { recursive: true });
});

function start(flags: Record<string, string>): { child: ChildProcess; stderr: () => string } {
  const argv = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  const child = fork(main, ['broker', ...argv], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, PORTOLAN_SUPERVISED: '1' },
  });
  children.push(child);
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (part: string) => (text += part));
  return { child, stderr: () => text };
}

const flags = (id: string) => ({
  id,
  region: 'r1',
  'platform-url': world.portolan.url,
  'broker-secret-file': world.credentialFile(id),
});
const stateOf = async (id: string) => {
  const { items } = await world.portolan.owner.call(listBrokers, {
    params: { workspace: world.portolan.bootstrap.workspace },
    query: {},
  });
  return items.find((broker) => broker.id === id)?.state;
};

describe('role broker', () => {
  it('says when it is ready, is seen at once when it is killed, and logs no secret', async () => {
    const { child, stderr } = start(flags('killed'));
    const [ready] = await once(child, 'message');
    expect(ready).toMatchObject({
      event: 'ready',
      id: 'killed',
      edge: { http: expect.stringMatching(/^http:/) },
    });
    expect(await stateOf('killed')).toBe('live');
    child.kill('SIGKILL');
    await expect.poll(() => stateOf('killed'), { interval: 10 }).toBe('down');
    expect(stderr()).not.toContain(world.portolan.platform.brokerSecret);
  });

  it('listens in plain outside of loopback only when it is told to', async () => {
    const { child, stderr } = start({ ...flags('open'), host: '0.0.0.0' });
    expect(await once(child, 'exit')).toEqual([2, null]);
    expect(stderr()).toMatch(
      /without TLS, .* in clear\. Give --tls-cert-file and --tls-key-file, or --allow-plain-tunnels/,
    );
  });

  it('drains at the first signal and ends at once at the second', async () => {
    const { child } = start({ ...flags('hurried'), 'drain-ms': '60000' });
    await once(child, 'message');
    const cluster = await world.addCluster();
    const agent = new TestAgent(cluster.agent, (_request, answer) => void answer.write('never ends'));
    const session = await agent.dial(await world.endpoint(cluster, 'hurried'));
    const held = await session.open();
    held.write('\0\x15{"kind":"agent-http"}');
    const leaving = once(session, 'goAway');
    child.kill('SIGTERM');
    await leaving;
    await expect.poll(() => stateOf('hurried')).toBe('draining');
    expect(child.exitCode).toBeNull();
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    agent.close();
  });

  it('tells a mistake in one line', async () => {
    const empty = join(dir, 'empty');
    writeFileSync(empty, '');
    const cases: [Record<string, string>, RegExp, number?][] = [
      [{ ...flags('x'), 'broker-secret-file': join(dir, 'none') }, /broker-secret-file .* cannot be read/],
      [{ ...flags('x'), 'broker-secret-file': empty }, /is empty/],
      [{ ...flags('BAD ID') }, /--id/, 2],
      [
        { ...flags('x'), 'edge-http-port': new URL(world.portolan.url).port },
        /--edge-http-port \d+ .* cannot be used/,
      ],
    ];
    for (const [given, expected, exitCode = 1] of cases) {
      const { child, stderr } = start(given);
      const [code] = await once(child, 'close');
      expect(code).toBe(exitCode);
      expect(stderr()).toMatch(expected);
      expect(stderr()).not.toMatch(/^ {4}at /m);
    }
  });
});
