import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { openAuthority } from '@portolan/process/certificate-authority';
import { bundleOf, RING_TIMING, rotateRing, signerOf, type AuthorityRing } from './authority-ring.ts';

const DAY_MS = 24 * 3600_000;
const { overlapMs, leafMs, authorityMs } = RING_TIMING;
const START = Date.now();

test('a new authority is added after two thirds of the time of the one before, which stays until its certificates have ended', async () => {
  const first = await rotateRing([], RING_TIMING, START);
  expect(first).toHaveLength(1);
  expect(await rotateRing(first, RING_TIMING, START + authorityMs * 0.66)).toBe(first);
  const due = START + authorityMs * 0.67;
  const second = await rotateRing(first, RING_TIMING, due);
  expect(second).toHaveLength(2);
  expect(await rotateRing(second, RING_TIMING, due + leafMs)).toBe(second);
  expect(await rotateRing(second, RING_TIMING, due + overlapMs + leafMs)).toEqual([second[1]]);
});

test('an authority that has expired is replaced at once', async () => {
  const first = await rotateRing([], RING_TIMING, START);
  const later = await rotateRing(first, RING_TIMING, START + authorityMs + DAY_MS);
  expect(later).toHaveLength(1);
  expect(later[0]?.cert).not.toBe(first[0]?.cert);
});

test('a new authority signs only once it is trusted, and had time to be', async () => {
  const first = await rotateRing([], RING_TIMING, START);
  const due = START + authorityMs * 0.67;
  const both = await rotateRing(first, RING_TIMING, due);
  const signer = (trusted: string | null, now: number) => signerOf(both, { overlapMs, trusted, now })?.cert;
  expect(signer(bundleOf(both), due)).toBe(both[0]?.cert);
  expect(signer(bundleOf(first), due + overlapMs)).toBe(both[0]?.cert);
  expect(signer(bundleOf(both), due + overlapMs)).toBe(both[1]?.cert);
});

test('over three years no certificate in use is one that API servers do not trust, whatever is late', async () => {
  // Each of three replicas looks at the ring at times of its own; API servers learn of a bundle up to ten minutes late.
  let ring: AuthorityRing = [];
  let signed = 0;
  const replicas = [0, 1, 2].map(() => ({
    ring,
    leaf: null as { cert: X509Certificate; signer: string; renewAt: number } | null,
  }));
  const bundles: { at: number; bundle: string }[] = [];
  let now = START;
  for (let step = 0; now < START + 3 * 365 * DAY_MS; step += 1) {
    ring = await rotateRing(ring, RING_TIMING, now);
    if (bundles.at(-1)?.bundle !== bundleOf(ring)) bundles.push({ at: now, bundle: bundleOf(ring) });
    const trusted = bundleOf(ring);
    for (const [index, replica] of replicas.entries()) {
      // The last replica sees the ring one step late.
      if (index < 2 || step % 2 === 0) replica.ring = ring;
      const signer = signerOf(replica.ring, { overlapMs, trusted, now });
      if (signer === null) continue;
      if (replica.leaf?.signer !== signer.cert || now >= replica.leaf.renewAt) {
        const authority = await openAuthority(signer);
        const notAfter = new Date(now + leafMs);
        const { cert } = await authority.issue({
          commonName: 'a',
          hosts: ['a.svc'],
          usage: 'server',
          notAfter,
        });
        replica.leaf = {
          cert: new X509Certificate(cert),
          signer: signer.cert,
          renewAt: now + (leafMs * 2) / 3,
        };
        signed += 1;
      }
      const seen = bundles.findLast(({ at }) => at <= now - 10 * 60_000)?.bundle ?? bundles[0]?.bundle ?? '';
      const isTrusted = seen
        .split(/(?=-----BEGIN)/)
        .some((pem) => pem !== '' && replica.leaf?.cert.verify(new X509Certificate(pem).publicKey) === true);
      expect(isTrusted, `after ${(now - START) / DAY_MS} days`).toBe(true);
      expect(Date.parse(replica.leaf.cert.validTo)).toBeGreaterThan(now);
    }
    // Steps of two days, and of a minute around each change of the ring.
    const newest = ring.at(-1)?.createdAt ?? now;
    now += now < newest + overlapMs + 5 * 60_000 ? 60_000 : DAY_MS * 2;
  }
  expect(bundles.length).toBeGreaterThan(6);
  expect(signed).toBeGreaterThan(3 * 100);
});
