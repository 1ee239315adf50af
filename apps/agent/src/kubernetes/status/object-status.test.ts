import { expect, test } from 'vitest';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { ObjectFacts } from './findings.ts';
import { isStatusAsWanted, statusOf } from './object-status.ts';

const gateway: KubernetesObject = {
  apiVersion: 'hub.traefik.io/v1alpha1',
  kind: 'APIGateway',
  metadata: { name: 'main', uid: 'u', generation: 3 },
  spec: { customDomains: ['api.example.com'] },
};
const facts: ObjectFacts = {
  object: gateway,
  problems: [],
  urls: ['https://x.edge.example/'],
  domains: { generated: 'x.edge.example', custom: [] },
  isSynced: true,
  document: null,
};
const [first, later] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-02T00:00:00Z')];
const hasCertificate = (host: string) => host === 'x.edge.example';
const at = (now: Date) => ({ now, hasCertificate });
const unseen = { uid: 'u', generation: 3, status: undefined };

test('sums up an object: addresses, domains, what the platform has and a condition for each aspect', () => {
  const { status } = statusOf(facts, unseen, at(first));
  expect(status).toMatchObject({
    version: '3',
    syncedAt: '2026-01-01T00:00:00Z',
    urls: 'https://x.edge.example/',
    hubDomain: 'x.edge.example',
    domains: ['x.edge.example'],
  });
  expect(status['conditions']).toMatchObject([
    { type: 'Ready', status: 'True', reason: 'Served', observedGeneration: 3 },
    { type: 'Synced', status: 'True', reason: 'Synced' },
    { type: 'DomainsVerified', status: 'False', reason: 'DomainOwnership' },
    { type: 'CertificateReady', status: 'True', reason: 'CertificateSynced' },
  ]);
});

test('the same facts at another time are the same status', () => {
  const { status } = statusOf(facts, unseen, at(first));
  const again = statusOf(facts, { ...unseen, status }, at(later));
  expect(again.status).toEqual(status);
  expect(isStatusAsWanted(status, again)).toBe(true);
});

test('a condition moves in time with its status alone', () => {
  const { status } = statusOf(facts, unseen, at(first));
  const problem = { code: 'missing-reference', severity: 'error', message: 'no such access' } as const;
  const failing = statusOf(
    { ...facts, problems: [problem] },
    { ...unseen, generation: 4, status },
    at(later),
  );
  expect(failing.conditions.slice(0, 2)).toMatchObject([
    {
      type: 'Ready',
      status: 'False',
      reason: 'MissingReference',
      message: 'no such access',
      observedGeneration: 4,
      lastTransitionTime: '2026-01-02T00:00:00Z',
    },
    { type: 'Synced', observedGeneration: 4, lastTransitionTime: '2026-01-01T00:00:00Z' },
  ]);
  expect(isStatusAsWanted(status, failing)).toBe(false);
});

test('what the platform does not have yet keeps the former version, and an address that is gone is taken back', () => {
  const { status } = statusOf(facts, unseen, at(first));
  const changed = { ...gateway, spec: { customDomains: [] } };
  const pending = { ...facts, object: changed, isSynced: false, urls: [], domains: null };
  const next = statusOf(pending, { ...unseen, generation: 4, status }, at(later));
  expect(next.status).toMatchObject({ version: '3', syncedAt: '2026-01-01T00:00:00Z', hash: status['hash'] });
  expect(next.status).toMatchObject({ urls: '' });
  expect(next.status).not.toHaveProperty('hubDomain');
  expect(isStatusAsWanted({ ...next.status, hubDomain: 'x.edge.example' }, next)).toBe(false);
});

test('a status that someone else wrote nonsense into is written over', () => {
  const wanted = statusOf(facts, { ...unseen, status: { conditions: 'none', hash: 7 } }, at(first));
  expect(wanted.conditions).toHaveLength(4);
  expect(isStatusAsWanted({ conditions: 'none' }, wanted)).toBe(false);
});
