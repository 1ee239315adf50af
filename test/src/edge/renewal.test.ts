import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brokerCredential } from '@portolan/process/broker-credential';
import { afterAll, expect, test } from 'vitest';
import { startStandIn } from '../bench/edge/platform-stand-in.ts';
import { startPart } from '../chain/part.ts';

const HOST = 'renewal.edge.localhost';
const REQUESTS = 3_000;
const WORKERS = 24;
/** Ids of one side count up in twos: a session is replaced after some 100 streams. */
const ROTATE_AT_ID = 200;

const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

/** The agent's tunnels as a process; counts how often one came up. */
async function startAgent(endpoint: {
  url: string;
  id: string;
}): Promise<{ child: ChildProcess; ups: () => number }> {
  const script = new URL(
    '../../../apps/agent/src/platform/tunnels/testing/renewing-agent.ts',
    import.meta.url,
  );
  const child = fork(fileURLToPath(script), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await once(child, 'message');
  let ups = 0;
  child.on('message', (message: { event: string; ups?: number }) => (ups = message.ups ?? ups));
  const tunnels = [{ ...endpoint, brokerId: 'b1', region: 'r1' }];
  child.send({ ticket: 'ticket', rotateAtId: ROTATE_AT_ID, tunnels });
  return { child, ups: () => ups };
}

/** One request on a connection of its own, and so on a stream of its own; POST must never be sent twice. */
function ask(edge: string, number: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const options = { agent: false, method: 'POST', headers: { host: HOST, 'x-number': String(number) } };
  const outgoing = request(edge, options, (answer) => {
    void answer
      .setEncoding('utf8')
      .toArray()
      .then((parts: string[]) => resolve(`${answer.statusCode} ${parts.join('')}`));
  });
  outgoing.on('error', (error) => resolve(error.message));
  outgoing.end('body');
  return promise;
}

test('sessions short of stream ids are replaced under load without a lost request', async () => {
  const platform = await startStandIn(HOST);
  ends.push(() => platform.close());
  const dir = mkdtempSync(join(tmpdir(), 'portolan-renewal-'));
  ends.push(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'credential'), brokerCredential('secret', 'b1'));
  const broker = await startPart<{ url: string; edge: { http: string } }>('platform/src/main.ts', [
    'broker',
    '--id=b1',
    '--region=r1',
    `--platform-url=${platform.url}`,
    `--broker-secret-file=${join(dir, 'credential')}`,
  ]);
  ends.push(() => broker.end());
  const agent = await startAgent({ url: broker.ready.url, id: 'one' });
  ends.push(async () => {
    agent.child.kill('SIGKILL');
    await once(agent.child, 'exit');
  });
  await expect.poll(() => agent.ups()).toBe(1);
  const edge = broker.ready.edge.http;
  await expect.poll(() => ask(edge, 0)).toBe('200 0');

  let next = 0;
  const wrong: string[] = [];
  const work = async () => {
    for (let number = (next += 1); number <= REQUESTS; number = next += 1) {
      const answer = await ask(edge, number);
      if (answer !== `200 ${number}`) wrong.push(`${number}: ${answer}`);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  expect(wrong).toEqual([]);
  // Each session carried the streams of some 100 requests, and those that came while its successor was dialled.
  expect(agent.ups()).toBeGreaterThan(5);
});
