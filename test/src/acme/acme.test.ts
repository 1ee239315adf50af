import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingGo } from '../interop/go-binary.ts';
import { until } from '../e2e/until.ts';
import { AcmeWorld } from './acme-world.ts';

const skipReason = process.env['PORTOLAN_TEST_ACME']
  ? undefined
  : 'building pebble takes a minute: npm run test:acme';
const why = skipReason ? ` (skipped: ${skipReason})` : '';
const BUILD_MS = 600_000;

describe.skipIf(skipReason)(`certificates by HTTP-01${why}`, () => {
  const host = 'api.portolan-test.com';
  const blocked = 'blocked.portolan-test.com';
  let world: AcmeWorld;
  beforeAll(async () => {
    expect(missingGo()).toBe(undefined);
    world = await AcmeWorld.start([host, blocked]);
  }, BUILD_MS);
  afterAll(() => world?.close());

  test('a custom domain goes from its claim to a request through the edge', async () => {
    await world.proveDomain(host);
    const issued = await world.untilCertificate(host, 'issued and served', ({ isServed }) => isServed);
    expect(issued).toMatchObject({ state: 'issued', reason: null, failures: 0 });
    expect(issued.attempts).toMatchObject([{ challenge: 'http-01', error: null }]);
    await until(
      'the edge to serve it',
      10_000,
      async () => (await world.servedSerial(host)) === issued.serial,
    );
    const response = await fetch(`https://${host}:${world.tlsPort}/`, {
      dispatcher: new Agent({
        connect: {
          ca: await world.pebble.root(),
          lookup: (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
        },
      }),
    });
    expect([response.status, await response.text()]).toEqual([200, 'upstream']);
  });

  test('a refusal of the authority is shown in its own words', async () => {
    await world.proveDomain(blocked);
    const failed = await world.untilCertificate(blocked, 'refused', ({ state }) => state === 'failing');
    expect(failed.reason).toMatch(/policy|blocked|forbids/i);
    expect(failed.failures).toBeGreaterThan(0);
  });
});
