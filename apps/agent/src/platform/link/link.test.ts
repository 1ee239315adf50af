import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { linkToPlatform } from './link.ts';

let server: Server;
let answers: { status: number; body: object }[];
let asked: { authorization: string | undefined }[];
let lines: string[];
const linked = { clusterId: 'cls_1', clusterName: 'local', workspace: 'default', tunnels: [] };
const log = pino(
  { level: 'info' },
  new Writable({
    write(chunk, _, done) {
      lines.push(JSON.parse(String(chunk)).msg);
      done();
    },
  }),
);

beforeEach(async () => {
  [answers, asked, lines] = [[], [], []];
  server = createServer((request, response) => {
    asked.push({ authorization: request.headers.authorization });
    const { status, body } = answers.shift() ?? { status: 200, body: linked };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const link = (signal: AbortSignal, platformUrl = url()) =>
  linkToPlatform(
    { platformUrl, token: 'pta_secret', clusterUid: 'u', agentVersion: '0', source: 's', tunnels: 3 },
    log,
    signal,
  );

test('links with the token', async () => {
  expect(await link(new AbortController().signal)).toEqual(linked);
  expect(asked).toEqual([{ authorization: 'Bearer pta_secret' }]);
});

test('tries again while the platform stumbles, and says so once', async () => {
  answers = [503, 500, 502].map((status) => ({ status, body: {} }));
  expect(await link(new AbortController().signal)).toEqual(linked);
  expect(asked).toHaveLength(4);
  expect(lines.at(-1)).toBe('linked to the platform again');
});

test.each([
  [401, 'invalid-token', /refuses the agent token: it is unknown or was revoked\. Create a new one/],
  [409, 'token-in-use', /its token is in use by another cluster\. Enrol this cluster/],
])(
  'shows a refusal with %i as one line that says what to do, and does not give up',
  async (status, code, line) => {
    answers = [{ status, body: { error: { code, message: 'no' } } }];
    const ending = new AbortController();
    const linking = link(ending.signal);
    await expect.poll(() => lines).toEqual([expect.stringMatching(line)]);
    ending.abort();
    expect(await linking).toBeNull();
    expect(lines.join()).not.toContain('pta_secret');
  },
);

test('names the address that does not answer', async () => {
  const gone = url();
  server.close();
  const ending = new AbortController();
  const linking = link(ending.signal, gone);
  await expect
    .poll(() => lines)
    .toEqual([expect.stringMatching(/^The platform at http:\S+ cannot be reached: .*ECONNREFUSED/)]);
  expect(lines[0]).toContain(gone);
  ending.abort();
  await linking;
});
