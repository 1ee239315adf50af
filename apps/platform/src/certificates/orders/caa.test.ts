import type { CaaRecord } from 'node:dns';
import { expect, test } from 'vitest';
import { checkCaa, type CaaReply } from './caa.ts';

const question = {
  host: 'api.shop.example.com',
  identities: ['letsencrypt.org'],
  account: 'https://acme.test/acct/1',
  challenge: 'http-01',
};
const zone =
  (records: Record<string, CaaReply>) =>
  async (name: string): Promise<CaaReply> =>
    records[name] ?? { found: [] };
const issue = (...values: string[]): CaaReply => ({
  found: values.map((value) => ({ critical: 0, issue: value })),
});

test.each([
  ['no records at all', {}, 'allowed'],
  ['the authority, at a parent', { 'example.com': issue('letsencrypt.org') }, 'allowed'],
  ['the authority among others', { 'example.com': issue('digicert.com', 'letsencrypt.org') }, 'allowed'],
  ['another authority', { 'example.com': issue('digicert.com') }, 'forbidden'],
  ['nobody', { 'example.com': issue(';') }, 'forbidden'],
  [
    'the nearest name alone',
    { 'shop.example.com': issue('digicert.com'), 'example.com': issue('letsencrypt.org') },
    'forbidden',
  ],
  [
    'the account',
    { 'example.com': issue('letsencrypt.org; accounturi=https://acme.test/acct/1') },
    'allowed',
  ],
  [
    'another account',
    { 'example.com': issue('letsencrypt.org; accounturi=https://acme.test/acct/2') },
    'forbidden',
  ],
  ['another method', { 'example.com': issue('letsencrypt.org; validationmethods=dns-01') }, 'forbidden'],
  ['the method', { 'example.com': issue('letsencrypt.org; validationmethods=dns-01,http-01') }, 'allowed'],
  [
    'an address for reports alone',
    { 'example.com': { found: [{ critical: 0, iodef: 'mailto:a@b.c' }] } },
    'allowed',
  ],
  ['a failing resolver', { 'shop.example.com': { unknown: 'SERVFAIL' } }, 'unknown'],
] as const)('CAA records with %s', async (_name, records, kind) => {
  expect((await checkCaa(question, zone(records as Record<string, CaaReply>))).kind).toBe(kind);
});

test('says which record to add', async () => {
  const verdict = await checkCaa(question, zone({ 'example.com': issue('digicert.com') }));
  expect(verdict).toMatchObject({
    reason:
      'The CAA records of example.com let only digicert.com issue; add example.com CAA 0 issue "letsencrypt.org".',
  });
});

test('of a wildcard, issuewild counts where there is one (RFC 8659 §4.3)', async () => {
  const ask = (host: string, records: readonly CaaRecord[]) =>
    checkCaa({ ...question, host }, async (name) => ({ found: name === 'example.com' ? records : [] }));
  const both: readonly CaaRecord[] = [
    { critical: 0, issue: 'letsencrypt.org' },
    { critical: 0, issuewild: ';' },
  ];
  expect(await ask('example.com', both)).toEqual({ kind: 'allowed' });
  expect(await ask('*.example.com', both)).toEqual({
    kind: 'forbidden',
    reason:
      'The CAA records of example.com let only nobody issue; add example.com CAA 0 issuewild "letsencrypt.org".',
  });
  expect(await ask('*.example.com', [{ critical: 0, issue: 'letsencrypt.org' }])).toEqual({
    kind: 'allowed',
  });
});
