import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingGo } from '../interop/go-binary.ts';
import { until } from '../e2e/until.ts';
import { AcmeWorld } from './acme-world.ts';

const skipReason = process.env['PORTOLAN_TEST_ACME']
  ? undefined
  : 'building pebble takes a minute: npm run test:acme';
const BUILD_MS = 600_000;
const HMAC_KEY = 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W';

describe.skipIf(skipReason)(
  `certificates by TLS-ALPN-01, from an authority with external accounts, profiles and CAA${skipReason ? ` (skipped: ${skipReason})` : ''}`,
  () => {
    const host = 'tls.portolan-test.com';
    const excluded = 'excluded.portolan-caa.com';
    /** A name with a CNAME record has no others (RFC 1034 §3.6.2): its parent has the CAA records. */
    const parent = 'portolan-caa.com';
    let world: AcmeWorld;
    beforeAll(async () => {
      expect(missingGo()).toBe(undefined);
      const eabFile = join(mkdtempSync(join(tmpdir(), 'portolan-eab-')), 'eab');
      writeFileSync(eabFile, `kid-1:${HMAC_KEY}\n`);
      world = await AcmeWorld.start([host, excluded], {
        pebble: {
          config: {
            externalAccountBindingRequired: true,
            externalAccountMACKeys: { 'kid-1': HMAC_KEY },
            caaIdentities: ['pebble.portolan-test.com'],
          },
          env: { PEBBLE_ALTERNATE_ROOTS: '1' },
        },
        platformFlags: {
          'acme-challenges': 'tls-alpn-01',
          'acme-eab-file': eabFile,
          'acme-profile': 'shortlived',
        },
        objects: [strictOptions],
      });
    }, BUILD_MS);
    afterAll(() => world?.close());

    /** Holds every host to client certificates and TLS 1.3: validators have neither to offer nor to know. */
    const strictOptions = {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'TLSOption',
      metadata: { name: 'default', namespace: 'default' },
      spec: { minVersion: 'VersionTLS13', clientAuth: { clientAuthType: 'RequireAnyClientCert' } },
    };

    test('a host that demands client certificates and TLS 1.3 is validated, and gets the profile', async () => {
      await world.proveDomain(host);
      const issued = await world.untilCertificate(host, 'issued and served', ({ isServed }) => isServed);
      expect(issued.attempts).toMatchObject([{ challenge: 'tls-alpn-01', error: null }]);
      const lifeMs = Date.parse(issued.notAfter ?? '') - Date.parse(issued.notBefore ?? '');
      expect(Math.round(lifeMs / 3600_000)).toBe(160);
      await until(
        'the edge to serve it',
        10_000,
        async () => (await world.servedSerial(host)) === issued.serial,
      );
    });

    test('CAA records that exclude the authority cost no attempt, and the record to add is named', async () => {
      await world.dns.setCaa(parent, 'other.portolan-test.com');
      await world.proveDomain(excluded);
      const failed = await world.untilCertificate(excluded, 'excluded', ({ state }) => state === 'failing');
      expect(failed.attempts).toEqual([]);
      expect(failed.reason).toBe(
        `The CAA records of ${parent} let only other.portolan-test.com issue; add ${parent} CAA 0 issue "pebble.portolan-test.com".`,
      );
      await world.dns.clearCaa(parent);
      await world.retry(excluded);
      await world.untilCertificate(excluded, 'issued', ({ state }) => state === 'issued');
    });
  },
);
