import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { Resolver } from 'node:dns/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkSignature, signMessage } from '../../dns/tsig.ts';
import { encodeTextUpdate } from '../../dns/update.ts';
import { rfc2136Publisher } from './rfc2136.ts';

const NAMED = process.env['PORTOLAN_NAMED'] ?? '/usr/sbin/named';
const skipped = existsSync(NAMED) ? '' : ` (skipped: no ${NAMED}; apt-get install bind9)`;
const ZONE = 'acme.edge.example';
const signal = AbortSignal.timeout(60_000);

describe.skipIf(skipped !== '')(`dynamic updates of BIND${skipped}`, () => {
  const key = randomBytes(32);
  let dir: string;
  let named: ChildProcess;
  let port: number;
  let log = '';
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'portolan-named-'));
    mkdirSync(join(dir, 'keys'));
    port = await freePort();
    writeFileSync(
      join(dir, 'zone.db'),
      `$TTL 60\n@ SOA ns1.edge.example. hostmaster 1 60 60 600 1\n@ NS ns1.edge.example.\n`,
    );
    writeFileSync(
      join(dir, 'named.conf'),
      `key "portolan." { algorithm hmac-sha256; secret "${key.toString('base64')}"; };
       options { directory "${dir}"; pid-file none; session-keyfile none; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
         recursion no; dnssec-validation no; managed-keys-directory "${dir}/keys"; };
       controls { };
       zone "${ZONE}" { type primary; file "zone.db"; update-policy { grant portolan. subdomain ${ZONE}. TXT; }; };`,
    );
    named = spawn(NAMED, ['-g', '-c', join(dir, 'named.conf'), '-n', '1'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [named.stdout, named.stderr]) stream?.on('data', (text) => (log += String(text)));
    resolver.setServers([`127.0.0.1:${port}`]);
    for (let tries = 0; tries < 300 && named.exitCode === null; tries += 1) {
      if ((await resolver.resolveSoa(ZONE).catch(() => null)) !== null) return;
      await delay(100);
    }
    throw new Error(log);
  }, 60_000);
  afterAll(() => {
    named.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  });

  const publisher = (
    change: { readonly key?: Buffer; readonly keyName?: string; readonly serverZone?: string } = {},
  ) =>
    rfc2136Publisher({
      provider: 'rfc2136',
      zone: ZONE,
      server: `127.0.0.1:${port}`,
      keyName: 'portolan.',
      algorithm: 'hmac-sha256',
      keyFile: '',
      key,
      ...change,
    });
  const texts = (name: string) =>
    resolver.resolveTxt(name).then(
      (found) => found.map((parts) => parts.join('')).toSorted((a, b) => a.localeCompare(b)),
      (error: { code: string }) => error.code,
    );

  test('a name gets exactly the texts that are wanted, and none in the end', async () => {
    const name = `a.${ZONE}`;
    await publisher().publish(name, ['first', 'second'], signal);
    expect(await texts(name)).toEqual(['first', 'second']);
    await publisher().publish(name, ['second', 'third'], signal);
    expect(await texts(name)).toEqual(['second', 'third']);
    await publisher().publish(name, [], signal);
    expect(await texts(name)).toBe('ENOTFOUND');
  });

  test('a wrong key, a name of another key and a zone that is not the server’s are refused by name', async () => {
    const publish = (change: Parameters<typeof publisher>[0]) =>
      publisher(change).publish(`b.${ZONE}`, ['x'], signal);
    await expect(publish({ key: randomBytes(32) })).rejects.toThrow(/NOTAUTH.*BADSIG/);
    await expect(publish({ keyName: 'another.' })).rejects.toThrow(/NOTAUTH.*BADKEY/);
    await expect(publish({ serverZone: 'edge.example' })).rejects.toThrow(/NOTAUTH|REFUSED/);
    expect(await texts(`b.${ZONE}`)).toBe('ENOTFOUND');
  });
});

test('a server that is away, or speaks another protocol, is an error that names it', async () => {
  const config = {
    provider: 'rfc2136' as const,
    zone: ZONE,
    keyName: 'k',
    algorithm: 'hmac-sha256' as const,
    keyFile: '',
    key: randomBytes(32),
  };
  const away = `127.0.0.1:${await freePort()}`;
  await expect(
    rfc2136Publisher({ ...config, server: away }).publish(`a.${ZONE}`, ['x'], signal),
  ).rejects.toThrow(new RegExp(`^${away} did not publish the challenge: .*ECONNREFUSED`));
  const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
  await once(web, 'listening');
  const server = `127.0.0.1:${(web.address() as AddressInfo).port}`;
  await expect(rfc2136Publisher({ ...config, server }).publish(`a.${ZONE}`, ['x'], signal)).rejects.toThrow(
    server,
  );
  web.close();
});

test('a response that was changed, or is not signed, is not trusted', () => {
  const key = { name: 'portolan.', algorithm: 'hmac-sha256' as const, secret: randomBytes(32) };
  const now = new Date();
  const update = encodeTextUpdate({ zone: ZONE, name: `a.${ZONE}`, texts: ['x'], ttlSeconds: 60 });
  const { bytes, mac } = signMessage(update, key, now);
  // RFC 8945 §5.3: the MAC of a response covers that of the request, so that a request is no response to itself.
  expect(checkSignature(bytes, key, mac, now)).toBe('the signature of the response is wrong');
  expect(checkSignature(update, key, mac, now)).toBe('the response is not signed');
  expect(checkSignature(bytes.subarray(0, bytes.length - 8), key, mac, now)).not.toBe(null);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
