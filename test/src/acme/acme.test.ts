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
  // One record proves all hosts below a registered domain: these are proved apart.
  const elsewhere = 'elsewhere.portolan-other.com';
  let world: AcmeWorld;
  beforeAll(async () => {
    expect(missingGo()).toBe(undefined);
    world = await AcmeWorld.start([host, blocked, elsewhere]);
  }, BUILD_MS);
  afterAll(() => world?.close());

  test('a custom domain goes from its claim to a request through the edge', async () => {
    await world.proveDomain(host);
    const issued = await world.untilCertificate(host, 'issued and served', ({ isServed }) => isServed);
    expect(issued).toMatchObject({ state: 'issued', reason: null, failures: 0 });
    expect(issued.attempts).toMatchObject([{ challenge: 'http-01', error: null }]);
    await untilServed(host, issued.serial);
    const response = await world.fetch(host);
    expect([response.status, await response.text()]).toEqual([200, 'upstream']);
  });

  test('a refusal of the authority is shown in its own words', async () => {
    await world.proveDomain(blocked);
    const failed = await world.untilCertificate(blocked, 'refused', ({ state }) => state === 'failing');
    expect(failed.reason).toMatch(/policy|blocked|forbids/i);
    expect(failed.failures).toBeGreaterThan(0);
  });

  test('a window that moves into the past renews at once, and the new certificate replaces the old one', async () => {
    const before = await world.certificate(host);
    const [start, end] = [-2, -1].map((hours) => new Date(Date.now() + hours * 3600_000).toISOString());
    const ariResponse = JSON.stringify({ suggestedWindow: { start, end } });
    const status = await world.pebble.manage('/set-renewal-info/', {
      certificate: await world.servedCertificate(host),
      ariResponse,
    });
    expect(status).toBe(200);
    await world.retry(host);
    const renewed = await world.untilCertificate(
      host,
      'renewed and served',
      ({ serial, isServed }) => isServed && serial !== before.serial,
    );
    expect(renewed.attempts).toHaveLength(2);
    await untilServed(host, renewed.serial);
  });

  test('the account key is replaced while the platform runs, and the next order uses the new one', async () => {
    const before = await world.certificate(host);
    const printed = JSON.parse(await world.rotateAccountKey()) as { account: string };
    expect(printed).toMatchObject({ event: 'acme.key-rotated', directory: world.pebble.directory });
    expect(printed.account).toContain('/my-account/');
    const [start, end] = [-2, -1].map((hours) => new Date(Date.now() + hours * 3600_000).toISOString());
    await world.pebble.manage('/set-renewal-info/', {
      certificate: await world.servedCertificate(host),
      ariResponse: JSON.stringify({ suggestedWindow: { start, end } }),
    });
    await world.retry(host);
    const renewed = await world.untilCertificate(
      host,
      'renewed with the new key',
      ({ serial, isServed }) => isServed && serial !== before.serial,
    );
    expect(renewed.failures).toBe(0);
    // Pebble counts accounts in their URLs: no other one was made.
    expect(JSON.parse(await world.rotateAccountKey())).toMatchObject({ account: printed.account });
  });

  test('nothing is ordered for a domain that leads elsewhere', async () => {
    await world.proveDomain(elsewhere, { leadsTo: 'shop.other-platform.com' });
    const waiting = await world.untilCertificate(elsewhere, 'waiting', ({ reason }) => reason !== null);
    expect(waiting).toMatchObject({ state: 'waiting', attempts: [] });
    expect(waiting.reason).toContain('shop.other-platform.com');
  });

  async function untilServed(name: string, serial: string | null): Promise<void> {
    await until('the edge to serve it', 10_000, async () => (await world.servedSerial(name)) === serial);
  }
});
