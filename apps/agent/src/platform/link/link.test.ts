import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { diskCredentialFiles } from './credential-files.ts';
import { CredentialStore } from './credential-store.ts';
import { linkToPlatform } from './link.ts';

let dir: string;
let token: string | null;
let server: Server;
let answers: { status: number; body: object }[];
let asked: { authorization: string; publicKey?: string }[];
let lines: string[];
const linked = { clusterId: 'cls_1', clusterName: 'local', workspace: 'default', tunnels: [] };
const credential = {
  id: 'agc_1',
  certificate: 'cert',
  authority: 'ca',
  issuedAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-04-01T00:00:00.000Z',
};
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
  dir = await mkdtemp(join(tmpdir(), 'portolan-link-'));
  token = 'pta_secret';
  [answers, asked, lines] = [[], [], []];
  server = createServer((request, response) => {
    void request.toArray().then((chunks: Buffer[]) => {
      const { publicKey } = JSON.parse(Buffer.concat(chunks).toString()) as { publicKey?: string };
      asked.push({
        authorization: String(request.headers.authorization),
        ...(publicKey ? { publicKey } : {}),
      });
      const issued = publicKey ? { ...linked, credential } : linked;
      const { status, body } = answers.shift() ?? { status: 200, body: issued };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(dir, { recursive: true });
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const open = () => CredentialStore.open(diskCredentialFiles(dir), async () => token);
const link = async (signal = new AbortController().signal, platformUrl = url()) => {
  const about = {
    clusterUid: 'u',
    agentVersion: '0',
    source: 's',
    generation: 'v2' as const,
    allowCrossNamespace: false,
    notShared: [],
    tunnels: 3,
  };
  return linkToPlatform({ platformUrl, credentials: await open(), ...about }, log, signal);
};

test('exchanges the token once; from then on the credential links, without the token file too', async () => {
  expect(await link()).toMatchObject(linked);
  expect(asked).toEqual([{ authorization: 'Bearer pta_secret', publicKey: expect.stringMatching(/^MCow/) }]);
  const { mode } = await stat(join(dir, 'credential.json'));
  expect(mode & 0o777).toBe(0o600);
  token = null;
  expect(await link()).toEqual(linked);
  expect(asked[1]).toEqual({ authorization: expect.stringMatching(/^Bearer ptc_agc_1\.[\w-]{86}$/) });
});

test('asks again with the same key when a response is lost, also after a restart', async () => {
  answers = [{ status: 503, body: {} }];
  await link();
  const ending = new AbortController();
  await rm(join(dir, 'credential.json'));
  answers = [{ status: 503, body: {} }];
  const linking = link(ending.signal);
  await expect.poll(() => asked.length).toBeGreaterThan(2);
  ending.abort();
  await linking;
  expect(new Set(asked.map(({ publicKey }) => publicKey)).size).toBe(1);
});

test('a new token replaces the credential; one that is refused leaves it in use', async () => {
  await link();
  token = 'pta_second';
  await link();
  expect(asked[1]).toMatchObject({ authorization: 'Bearer pta_second', publicKey: expect.any(String) });
  expect(asked[1]?.publicKey).not.toBe(asked[0]?.publicKey);
  const before = (await open()).held;
  token = 'pta_wrong';
  answers = [{ status: 401, body: { error: { code: 'invalid-token', message: 'This token is unknown.' } } }];
  const credentials = await open();
  const about = {
    clusterUid: 'u',
    agentVersion: '0',
    source: 's',
    generation: 'v2' as const,
    allowCrossNamespace: false,
    notShared: [],
    tunnels: 3,
  };
  const ending = new AbortController();
  const linking = linkToPlatform({ platformUrl: url(), credentials, ...about }, log, ending.signal);
  await expect.poll(() => lines.at(-1)).toMatch(/refuses this agent's token/);
  ending.abort();
  await linking;
  expect(credentials.held).toEqual(before);
  expect((await credentials.authorization()).token).toMatch(/^ptc_/);
});

test('a credential is due for renewal after a third of its life, and is replaced on disk', async () => {
  await link();
  const credentials = await open();
  const at = (day: string) => Date.parse(`2026-${day}T00:00:00Z`);
  expect(credentials.isRenewalDue(at('01-29'))).toBe(false);
  expect(credentials.isRenewalDue(at('02-02'))).toBe(true);
  const before = credentials.held;
  await expect(credentials.renew(() => Promise.reject(new Error('the platform is away')))).rejects.toThrow(
    'the platform is away',
  );
  expect((await open()).held).toEqual(before);
  await credentials.renew(async () => ({ ...credential, id: 'agc_2' }));
  const after = (await open()).held;
  expect(after?.credential.id).toBe('agc_2');
  expect(after?.privateKey).not.toBe(before?.privateKey);
  // The token that is still in the file was exchanged before.
  expect((await credentials.authorization()).token).toMatch(/^ptc_agc_2\./);
});

test('tries again while the platform stumbles, and says so once', async () => {
  answers = [503, 500, 502].map((status) => ({ status, body: {} }));
  expect(await link()).toMatchObject(linked);
  expect(asked).toHaveLength(4);
  expect(lines.at(-1)).toBe('linked to the platform again');
});

test.each([
  [401, 'invalid-token', /refuses this agent's token: no Create a new agent token/],
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
