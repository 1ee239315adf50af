import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { request } from '../compile/test-objects.ts';
import type { Model, Route } from '../model/model.ts';
import { compareRoutes } from '../model/compare.ts';
import { anyRule } from '../rules/arbitrary-rules.ts';
import { RuleFacts } from '../rules/facts.ts';
import { hostsOf } from '../rules/hosts.ts';
import { compileRule } from '../rules/match.ts';
import { Router } from './router.ts';

const route: fc.Arbitrary<Route> = fc
  .record({
    id: fc.nat(50),
    rule: anyRule,
    priority: fc.nat(3),
    scheme: fc.constantFrom(null, null, 'http' as const, 'https' as const),
  })
  .map(({ id, rule, priority, scheme }) => ({
    id: `r${id}`,
    owner: { key: 'k', kind: 'IngressRoute', namespace: '', name: 'n' },
    kind: 'ingress-route' as const,
    ...(scheme === null ? {} : { scheme }),
    rule,
    priority,
    hosts: hostsOf(rule),
    guard: { kind: 'open' as const },
    middlewares: [],
    target: { kind: 'none' as const, status: 404 as const, reason: '' },
  }));

function modelOf(routes: readonly Route[]): Model {
  return {
    routes: routes.toSorted(compareRoutes),
    services: new Map(),
    certificates: new Map(),
    tlsOptions: new Map(),
    apiAuth: { kind: 'apiKey', source: {} },
    applicationKeys: new Map(),
    catalogue: new Map(),
    problems: [],
  };
}

const routes = fc.uniqueArray(route, { selector: ({ id }) => id, maxLength: 12, size: 'max' });
const sent = fc
  .record({
    host: fc.constantFrom('a.test', 'B.test:80', '[::1]', 'c'),
    path: fc.constantFrom('/', '/a', '/a/', '/a/b', '/a/b/c', '/ab', '/x'),
    scheme: fc.constantFrom('http' as const, 'https' as const),
    header: fc.constantFrom({}, { 'x-a': 'a' }),
  })
  .map(({ host, path, scheme, header }) => request({ url: `${host}${path}`, scheme, headers: header }));

/** What the index must never change: the first route in order whose rule holds. */
function firstOf(model: Model, ask: ReturnType<typeof request>): string | undefined {
  const facts = new RuleFacts(ask);
  return model.routes.find(
    (each) => (each.scheme ?? ask.scheme) === ask.scheme && compileRule(each.rule)(facts),
  )?.id;
}

it('finds what trying every route in order would find, also after it followed other models', () => {
  fc.assert(
    fc.property(
      fc.array(routes, { minLength: 1, maxLength: 4 }),
      fc.array(sent, { minLength: 5, maxLength: 15 }),
      (tables, asks) => {
        const router = new Router(modelOf([]));
        const kept: Route[] = [];
        for (const table of tables) {
          // Some routes live on from table to table under their identity.
          const model = modelOf([...kept.filter((old) => table.every(({ id }) => id !== old.id)), ...table]);
          router.update(model);
          for (const ask of asks) expect(router.match(ask)?.id).toBe(firstOf(model, ask));
          kept.splice(0, kept.length, ...model.routes.filter((_, index) => index % 2 === 0));
        }
      },
    ),
    { numRuns: 300 },
  );
});

it('covers one label by a wildcard host', () => {
  const wildcard: Route = {
    ...fc.sample(route, { numRuns: 1, seed: 1 })[0]!,
    rule: { kind: 'hostRegexp', regex: '^[^.]+\\.test$' },
    hosts: ['*.test'],
  };
  const { scheme: _scheme, ...open } = wildcard;
  const router = new Router(modelOf([open]));
  expect(router.match(request({ url: 'a.test/' }))?.id).toBe(open.id);
  expect(router.match(request({ url: 'b.a.test/' }))).toBeNull();
  router.update(modelOf([]));
  expect(router.match(request({ url: 'a.test/' }))).toBeNull();
});
