import { expect, test } from 'vitest';
import { readinessOf, type AgentReadiness } from './readiness.ts';

const cases: [string, AgentReadiness, { gateway: boolean; tunnels: boolean }, string][] = [
  [
    'everything up',
    { notServing: null, tunnels: { live: 2, wanted: 3 } },
    { gateway: true, tunnels: true },
    'gateway: ready\ntunnels: ready, 2 of 3 live\n',
  ],
  [
    'platform and brokers gone',
    { notServing: null, tunnels: { live: 0, wanted: 3 } },
    { gateway: true, tunnels: false },
    'gateway: ready\ntunnels: not ready, 0 of 3 live\n',
  ],
  [
    'starting, tunnels first',
    { notServing: 'resources are being read', tunnels: { live: 3, wanted: 3 } },
    { gateway: false, tunnels: true },
    'gateway: not ready, resources are being read\ntunnels: ready, 3 of 3 live\n',
  ],
  [
    'without a platform',
    { notServing: null, tunnels: null },
    { gateway: true, tunnels: false },
    'gateway: ready\ntunnels: none, as this agent has no platform\n',
  ],
];

test.each(cases)('%s', (_name, state, isReady, text) => {
  expect(readinessOf('gateway', state)).toEqual({ isReady: isReady.gateway, text });
  expect(readinessOf('tunnels', state)).toEqual({ isReady: isReady.tunnels, text });
});
