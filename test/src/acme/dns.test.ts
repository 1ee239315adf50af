import { Resolver } from 'node:dns/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingGo } from '../interop/go-binary.ts';
import { until } from '../e2e/until.ts';
import { AcmeWorld } from './acme-world.ts';

const skipReason = process.env['PORTOLAN_TEST_ACME']
  ? undefined
  : 'building pebble takes a minute: npm run test:acme';
const BUILD_MS = 600_000;

describe.skipIf(skipReason)(
  `certificates by DNS-01, answered by brokers${skipReason ? ` (skipped: ${skipReason})` : ''}`,
  () => {
    const host = 'early.portolan-test.com';
    const undelegated = 'undelegated.portolan-other.com';
    const apex = 'wild.portolan-third.com';
    const wildcard = `*.${apex}`;
    let world: AcmeWorld;
    beforeAll(async () => {
      expect(missingGo()).toBe(undefined);
      world = await AcmeWorld.start([host, undelegated, wildcard, apex], {
        challengeZone: 'acme.portolan-edge.com',
      });
    }, BUILD_MS);
    afterAll(() => world?.close());

    test('a domain whose traffic goes elsewhere is certified before it moves, and nothing stays in DNS', async () => {
      await world.proveDomain(host, { leadsTo: 'shop.other-platform.com' });
      const issued = await world.untilCertificate(host, 'issued and served', ({ isServed }) => isServed);
      expect(issued.attempts).toMatchObject([{ challenge: 'dns-01', error: null }]);
      await until(
        'the edge to serve it',
        10_000,
        async () => (await world.servedSerial(host)) === issued.serial,
      );
      const resolver = new Resolver();
      resolver.setServers([world.resolver.address]);
      await until('the answer to be gone', 10_000, () =>
        resolver.resolveTxt(`_acme-challenge.${host}`).then(
          (texts) => texts.length === 0,
          () => true,
        ),
      );
    });

    test('a wildcard and its domain are certified at once, and any host below is served', async () => {
      await Promise.all([world.proveDomain(wildcard), world.proveDomain(apex, { leadsTo: 'elsewhere.com' })]);
      const certificates = await Promise.all(
        [wildcard, apex].map((name) => world.untilCertificate(name, 'served', ({ isServed }) => isServed)),
      );
      expect(certificates.map(({ attempts }) => attempts[0]?.challenge)).toEqual(['dns-01', 'dns-01']);
      for (const name of [`one.${apex}`, `two.${apex}`])
        await until(
          `${name} to be served`,
          10_000,
          async () => (await world.servedSerial(name)) === certificates[0]?.serial,
        );
      // RFC 6125 §6.4.3: a wildcard stands for one label.
      expect(await world.servedSerial(`a.b.${apex}`)).toBe(null);
      const response = await world.fetch(`one.${apex}`);
      expect([response.status, await response.text()]).toEqual([200, 'upstream']);
    });

    test('a domain that neither leads here nor delegates its challenges waits, and says what to publish', async () => {
      await world.proveDomain(undelegated, { leadsTo: 'shop.other-platform.com', delegates: false });
      const waiting = await world.untilCertificate(undelegated, 'waiting', ({ reason }) => reason !== null);
      expect(waiting).toMatchObject({ state: 'waiting', attempts: [] });
      expect(waiting.reason).toContain(`"portolan describe domain ${undelegated}"`);
    });
  },
);
