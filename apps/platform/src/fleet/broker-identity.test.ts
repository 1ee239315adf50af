import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokerCredential, peerCredential } from '@portolan/process/broker-credential';
import { readBrokerConfig } from '../broker/config.ts';
import { World } from '../broker/testing/world.ts';

let world: World;
const dir = mkdtempSync(join(tmpdir(), 'broker-identity-'));
beforeAll(async () => {
  world = await World.start();
});
afterAll(async () => {
  await world.close();
  rmSync(dir, { recursive: true });
});

const secret = () => world.portolan.platform.brokerSecret;
const call = (credential: string, method: string, path: string, body?: unknown) =>
  fetch(`${world.portolan.url}/internal/v1/brokers${path}`, {
    method,
    headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const registration = (id: string) => ({
  id,
  region: 'r',
  url: `ws://${id}.test`,
  edge: { http: null, https: null },
  capacity: 1,
  version: '0',
  pid: 1,
});

describe('the credential of a broker', () => {
  it('speaks for that broker and for no other', async () => {
    const one = brokerCredential(secret(), 'one');
    expect((await call(one, 'POST', '', registration('one'))).status).toBe(204);
    expect((await call(one, 'PUT', '/one/lease')).status).toBe(204);
    const two = brokerCredential(secret(), 'two');
    expect((await call(two, 'POST', '', registration('two'))).status).toBe(204);
    expect((await call(secret(), 'POST', '', registration('three'))).status).toBe(401);
    expect((await call(one, 'POST', '', registration('two'))).status).toBe(403);
    expect((await call(one, 'PUT', '/two/lease')).status).toBe(403);
    expect((await call(one, 'GET', '/two/directory')).status).toBe(403);
    const forged = one.replace(/^one/, 'two');
    expect((await call(forged, 'PUT', '/two/lease')).status).toBe(401);
  });

  it('is all that a broker needs, and names it', async () => {
    const file = join(dir, 'credential');
    writeFileSync(file, brokerCredential(secret(), 'own'));
    const argv = (id: string) => [
      '--id',
      id,
      '--region',
      'r',
      '--platform-url',
      world.portolan.url,
      '--broker-secret-file',
      file,
    ];
    const broker = await world.startBroker('own', readBrokerConfig(argv('own')));
    expect(broker.id).toBe('own');
    expect(() => readBrokerConfig(argv('other'))).toThrow(/credential of broker own, not of other/);
    writeFileSync(file, secret());
    expect(() => readBrokerConfig(argv('own'))).toThrow(/does not hold a credential of a broker/);
  });

  it('is what peers show, made for one broker alone', async () => {
    const broker = await world.startBroker('peered');
    const of = (credential: string) => {
      const outgoing = request(`${broker.url.replace('ws', 'http')}/peer/none`, {
        headers: {
          connection: 'Upgrade',
          upgrade: 'portolan-edge',
          authorization: `Bearer ${credential}`,
          'portolan-client': Buffer.from(
            JSON.stringify({ protocol: 'http', address: '::1', port: 1, host: 'x' }),
          ).toString('base64url'),
        },
      }).end();
      return once(outgoing, 'response').then(([response]) => (response as IncomingMessage).statusCode);
    };
    const own = brokerCredential(secret(), 'peered');
    await world.startBroker('a');
    await expect.poll(() => of(peerCredential(own, 'a'))).toBe(503);
    // A peer that the platform did not approve, though it once received a credential.
    expect(await of(peerCredential(own, 'stranger'))).toBe(401);
    expect(await of(secret())).toBe(401);
    expect(await of(peerCredential(brokerCredential(secret(), 'another'), 'a'))).toBe(401);
    expect(await of(own)).toBe(401);
  });
});
