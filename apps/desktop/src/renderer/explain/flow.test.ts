import type { Broker, TunnelView } from '@portolan/contract/clusters';
import type { Explanation } from '@portolan/contract/explain';
import { expect, test } from 'vitest';
import { flowOf } from './flow.ts';

const broker = { state: 'live', approval: 'approved', region: 'eu' } as Broker;
const tunnel = { cluster: 'local', state: 'live', rttMs: 4.26 } as TunnelView;
const reason = (step: string, ok: boolean) => ({ step, ok, text: step });
const explanation = (verdict: Explanation['verdict'], reasons: Explanation['reasons']) =>
  ({
    cluster: 'local',
    status: verdict === 'allow' ? 200 : 403,
    verdict,
    reasons,
    target: ['svc:80'],
  }) as Explanation;

const passages = (input: Partial<Parameters<typeof flowOf>[0]> & { readonly found: Explanation }) =>
  flowOf({ caller: 'ada', brokers: [broker], tunnels: [tunnel], ...input }).map(({ passage }) => passage);

const [P, S, N] = ['passed', 'stopped', 'not-reached'] as const;
const allowed = explanation('allow', [
  reason('host', true),
  reason('access', true),
  reason('upstream', true),
]);

test('an accepted call passes everything', () => {
  expect(passages({ found: allowed })).toEqual([P, P, P, P, P]);
});

test('a refused call stops at the gateway, at the check that fails', () => {
  const found = explanation('refuse', [reason('host', true), reason('access', false)]);
  expect(passages({ found })).toEqual([P, P, P, S, N]);
  expect(flowOf({ found, caller: 'ada', brokers: [broker], tunnels: [tunnel] })[3]?.checks).toHaveLength(2);
});

test('without an upstream a call stops there', () => {
  expect(
    passages({ found: explanation('refuse', [reason('access', true), reason('upstream', false)]) }),
  ).toEqual([P, P, P, P, S]);
});

test('without brokers or tunnels a call to a public name stops before any check', () => {
  expect(passages({ found: allowed, brokers: [] })).toEqual([P, S, N, N, N]);
  expect(passages({ found: allowed, brokers: [{ ...broker, approval: 'pending' }] })).toEqual([
    P,
    S,
    N,
    N,
    N,
  ]);
  expect(passages({ found: allowed, tunnels: [{ ...tunnel, cluster: 'other' }] })).toEqual([P, P, S, N, N]);
});
