import type { Fixture } from '../fixture.ts';
import { accessFixtures } from './access.ts';
import { chainFixtures } from './chains.ts';
import { fieldFixtures } from './fields.ts';
import { ingressFixtures } from './ingress.ts';
import { pathFixtures } from './paths.ts';
import { ruleFixtures } from './rules.ts';
import { tlsFixtures } from './tls.ts';
import { serviceFixtures, trafficFixtures } from './traffic.ts';

/** Returns all fixtures; the seed decides the random rules, chains of middlewares and requests among them. */
export function corpus(seed: number): readonly Fixture[] {
  return [
    ...ruleFixtures(seed),
    ...pathFixtures(),
    ...fieldFixtures(),
    ...accessFixtures(),
    ...trafficFixtures(),
    ...serviceFixtures(),
    ...chainFixtures(seed),
    ...tlsFixtures(),
    ...ingressFixtures(),
  ];
}
