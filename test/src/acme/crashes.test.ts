import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingGo } from '../interop/go-binary.ts';
import { findSystemPostgres, SystemPostgres } from '../e2e/system-postgres.ts';
import { AcmeWorld } from './acme-world.ts';

const installed = findSystemPostgres();
const skipReason = !process.env['PORTOLAN_TEST_ACME']
  ? 'building pebble takes a minute: npm run test:acme'
  : installed === undefined
    ? 'no PostgreSQL 15 or newer in /usr/lib/postgresql'
    : undefined;
const BUILD_MS = 600_000;
const KILLS = 3;

describe.skipIf(skipReason)(`two platforms${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  const hosts = Array.from({ length: 4 }, (_, index) => `host-${index}.portolan-test.com`);
  let postgres: SystemPostgres;
  let world: AcmeWorld;
  beforeAll(async () => {
    expect(missingGo()).toBe(undefined);
    postgres = await SystemPostgres.start(installed ?? '');
    world = await AcmeWorld.start(hosts, { env: { DATABASE_URL: postgres.url } });
  }, BUILD_MS);
  afterAll(async () => {
    await world?.close();
    postgres?.stop();
  });

  test('killed again and again in the middle of orders, issue one certificate for each domain', async () => {
    const replica = await world.startReplica();
    for (const host of hosts) await world.proveDomain(host);
    let next = replica;
    for (let kill = 0; kill < KILLS; kill += 1) {
      // Times between steps differ with each kill, so that orders are cut off at different ones.
      await new Promise((resolve) => setTimeout(resolve, 300 + kill * 350));
      await next.end('SIGKILL');
      next = await world.startReplica();
    }
    for (const host of hosts) {
      const issued = await world.untilCertificate(host, 'issued', ({ isServed }) => isServed, 120_000);
      expect(issued.attempts.filter(({ error }) => error === null)).toHaveLength(1);
    }
    const serials = [...world.pebble.log.matchAll(/Issued certificate serial (\w+)/g)].map(
      ([, serial]) => serial,
    );
    expect(serials).toHaveLength(hosts.length);
  }, 400_000);
});
