import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApiGuard, Grant, Limit, Model, Route } from '../model/model.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { Identity } from '../model/request.ts';
import { request } from '../compile/test-objects.ts';
import { joinPaths } from '../rules/path.ts';
import { authorize, upstreamPath } from './authorize.ts';
import { decide } from './decide.ts';
import { selectLimit } from './reaches.ts';
import { Router } from './router.ts';

const ref = (kind: string, name: string): ObjectRef => ({
  key: `${kind}./${name}`,
  kind,
  namespace: '',
  name,
});

const group = fc.constantFrom('a', 'b', 'c', 'd');
const groups = fc.oneof(
  { weight: 4, arbitrary: fc.uniqueArray(group, { maxLength: 3 }) },
  fc.constant('any' as const),
);
const path = fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
const method = fc.constantFrom('GET', 'POST');
const sets = new Map([
  ['read', [{ methods: ['GET'] }]],
  ['x', [{ pathPrefix: '/x', methods: null }]],
  [
    'y',
    [
      { path: '/y', methods: ['POST'] },
      { pathRegex: '^/z/.', methods: null },
    ],
  ],
]);
const grant: fc.Arbitrary<Grant> = fc.record({
  access: fc.nat(99).map((n) => ref('APIAccess', `access-${n}`)),
  groups,
  operations: fc.option(fc.subarray([...sets.keys(), 'unknown'])),
});
const limit: fc.Arbitrary<Limit> = fc.record({
  source: fc.nat(99).map((n) => ref('APIRateLimit', `limit-${n}`)),
  groups,
  limit: fc.integer({ min: 0, max: 20 }),
  periodMs: fc.constantFrom(1000, 5000, 60_000),
  strategy: fc.constant('local' as const),
});
const identity: fc.Arbitrary<Identity> = fc
  .uniqueArray(group)
  .map((mine) => ({ kind: 'user', userId: 'u', email: 'u@x.test', groups: mine }));

function guardWith(grants: readonly Grant[], limits: readonly Limit[] = []): ApiGuard {
  return {
    api: ref('API', 'api'),
    version: null,
    release: null,
    gateway: ref('APIGateway', 'gw'),
    collection: null,
    prefix: '/api',
    versionPrefix: '',
    stripVersionPrefix: false,
    grants,
    operationSets: sets,
    limits,
    cors: null,
    headers: null,
  };
}

describe('rights', () => {
  const allowed = (
    grants: readonly Grant[],
    sent: { method: string; path: string; who: Identity },
  ): boolean =>
    authorize(guardWith(grants), sent.method, joinPaths('/api', sent.path), sent.who).status === 200;
  const sent = fc.record({ method, path, who: identity });

  it('are a union: another access never takes a right away', () => {
    fc.assert(
      fc.property(fc.array(grant), grant, fc.nat(), sent, (...[grants, added, at, ask]) => {
        const more = grants.toSpliced(at % (grants.length + 1), 0, added);
        if (allowed(grants, ask)) expect(allowed(more, ask)).toBe(true);
        expect(allowed(more, ask)).toBe(more.some((one) => allowed([one], ask)));
      }),
    );
  });

  it('are a union over groups: another membership never takes a right away', () => {
    fc.assert(
      fc.property(fc.array(grant), group, sent, (grants, joined, ask) => {
        const who = { ...ask.who, groups: [...new Set([...ask.who.groups, joined])] };
        if (allowed(grants, ask)) expect(allowed(grants, { ...ask, who })).toBe(true);
      }),
    );
  });

  it('are never anybody’s who is not known', () => {
    fc.assert(
      fc.property(fc.array(grant), method, path, (grants, verb, to) => {
        expect(authorize(guardWith(grants), verb, to, null).status).toBe(401);
      }),
    );
  });
});

describe('limits', () => {
  const rate = (found: Limit | null): number =>
    found === null ? Number.POSITIVE_INFINITY : found.limit / found.periodMs;
  const named = (limits: readonly Limit[], mine: readonly string[]): Limit[] =>
    limits.filter((each) => each.groups !== 'any' && each.groups.some((name) => mine.includes(name)));
  const mine = fc.uniqueArray(group);

  it('that name a group of the caller go before those for everybody', () => {
    fc.assert(
      fc.property(fc.array(limit), mine, (limits, list) => {
        const chosen = selectLimit(limits, list);
        if (named(limits, list).length > 0) expect(named(limits, list)).toContain(chosen);
        else expect(chosen === null || chosen.groups === 'any').toBe(true);
      }),
    );
  });

  it('of one group: the strictest counts', () => {
    fc.assert(
      fc.property(fc.array(limit), group, (limits, name) => {
        const own = named(limits, [name]);
        const pool = own.length > 0 ? own : limits.filter((each) => each.groups === 'any');
        expect(rate(selectLimit(limits, [name]))).toBe(Math.min(Number.POSITIVE_INFINITY, ...pool.map(rate)));
      }),
    );
  });

  it('of several groups: the most favourable counts', () => {
    fc.assert(
      fc.property(fc.array(limit), fc.uniqueArray(group, { minLength: 1 }), (limits, list) => {
        const limited = list.filter((name) => named(limits, [name]).length > 0);
        fc.pre(limited.length > 0);
        expect(rate(selectLimit(limits, list))).toBe(
          Math.max(...limited.map((name) => rate(selectLimit(limits, [name])))),
        );
      }),
    );
  });

  it('do not depend on order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(limit, { selector: (each) => each.source.key }), mine, (limits, list) => {
        expect(selectLimit(limits.toReversed(), list.toReversed())).toBe(selectLimit(limits, list));
      }),
    );
  });
});

describe('explanations', () => {
  const route = (id: number, made: { host: string; prefix: string; guard: Route['guard'] }): Route => ({
    id: `r${id}`,
    owner: ref('API', `api-${id}`),
    kind: made.guard.kind === 'api' ? 'api' : 'ingress',
    rule: {
      kind: 'and',
      rules: [
        { kind: 'host', host: made.host },
        { kind: 'pathPrefix', prefix: made.prefix, segments: true },
      ],
    },
    priority: made.prefix.length,
    hosts: [made.host],
    guard: made.guard,
    middlewares: [],
    target: { kind: 'none', status: 503, reason: 'nothing' },
  });
  const guard: fc.Arbitrary<Route['guard']> = fc.oneof(
    fc.constant({ kind: 'open' } as const),
    fc.constant({ kind: 'closed', status: 404, reason: 'r', fix: 'f' } as const),
    fc.tuple(fc.array(grant, { minLength: 1 }), fc.array(limit), path).map(([grants, limits, prefix]) => ({
      kind: 'api' as const,
      api: { ...guardWith(grants, limits), prefix: joinPaths(prefix) },
    })),
  );
  const model: fc.Arbitrary<Model> = fc
    .array(fc.tuple(fc.constantFrom('h.test', 'i.test'), path, guard, fc.boolean()), { maxLength: 6 })
    .map((made) => {
      const routes = made.map(([host, prefix, each, isServed], id) => {
        const own = route(id, {
          host,
          prefix: each.kind === 'api' ? each.api.prefix || '/' : prefix,
          guard: each,
        });
        return isServed ? { ...own, target: { kind: 'weighted' as const, targets: [], sticky: null } } : own;
      });
      return {
        routes: routes.toSorted((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1)),
        services: new Map(),
        certificates: new Map(),
        tlsOptions: new Map(),
        apiAuth: { kind: 'apiKey', source: { header: 'X' } },
        applicationKeys: new Map(),
        catalogue: new Map(),
        problems: [],
      };
    });

  it('agree with the verdict, and end where it was refused', () => {
    fc.assert(
      fc.property(
        model,
        fc.constantFrom('h.test', 'i.test', 'j.test'),
        path,
        fc.option(identity),
        (...[made, host, to, who]) => {
          const router = new Router(made);
          const ask = request({ url: `${host}${to}` });
          const short = decide(router, ask, who);
          const long = decide(router, ask, who, { explain: true });
          expect({ ...long, reasons: [] }).toEqual(short);
          expect(long.reasons.at(-1)?.ok).toBe(long.verdict === 'allow');
          expect(long.reasons.slice(0, -1).every((reason) => reason.ok)).toBe(true);
          if (long.verdict === 'refuse')
            expect(long.reasons.at(-1)).toMatchObject({
              fix: expect.stringMatching(/./) as string,
              who: expect.stringMatching(/./) as string,
            });
        },
      ),
      { numRuns: 500 },
    );
  });
});

it('strips what composition put before a path', () => {
  const segment = fc
    .array(fc.constantFrom('stores', 'pet', 'v2'), { minLength: 0, maxLength: 2 })
    .map((parts) => parts.join('/'));
  fc.assert(
    fc.property(segment, segment, segment, path, (...[collection, api, version, rest]) => {
      const prefix = joinPaths(collection, api);
      const versionPrefix = joinPaths(version);
      const full = `${joinPaths(prefix, versionPrefix)}${rest}`;
      const guard = { ...guardWith([]), prefix, versionPrefix };
      expect(upstreamPath({ ...guard, stripVersionPrefix: true }, full)).toBe(rest);
      expect(upstreamPath(guard, full)).toBe(`${versionPrefix}${rest}`);
    }),
  );
});
