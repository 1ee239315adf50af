import {
  array,
  assert,
  boolean,
  constantFrom,
  integer,
  option,
  property,
  record,
  subarray,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareGrants } from '../compile/hub/grants.ts';
import type { ApiGuard, Grant } from '../model/model.ts';
import type { Identity } from '../model/request.ts';
import { authorize } from './authorize.ts';

const APPS = ['mobile', 'web', 'kiosk'] as const;
const GROUPS = ['crew', 'guests'] as const;
const SETS = ['read', 'write'] as const;

const access = (name: string, namespace: string) => ({
  key: `ManagedSubscription.hub.traefik.io/${namespace}/${name}`,
  kind: 'ManagedSubscription',
  namespace,
  name,
});

const grants = array(
  record({
    name: constantFrom('a', 'b', 'c', 'd', 'e'),
    isForAll: boolean(),
    groups: subarray([...GROUPS]),
    applications: option(subarray([...APPS]), { nil: undefined }),
    operations: option(subarray([...SETS]), { nil: null }),
    claims: option(constantFrom('Equals(`city`, `Graz`)', '!Equals(`city`, `Graz`)'), { nil: undefined }),
    weight: integer({ min: 0, max: 3 }),
  }),
  { maxLength: 6 },
).map((made) =>
  made
    .map(({ name, isForAll, groups, applications, claims, ...grant }): Grant => ({
      ...grant,
      access: access(name, 'city'),
      groups: isForAll && groups.length === 0 ? 'any' : groups,
      ...(applications === undefined ? {} : { applications }),
      ...(claims === undefined ? {} : { claims }),
    }))
    .toSorted(compareGrants),
);

const identities = record({
  groups: subarray([...GROUPS]),
  application: option(record({ id: constantFrom(...APPS), namespace: constantFrom('city', 'other', null) }), {
    nil: undefined,
  }),
  city: constantFrom('Graz', 'Linz'),
}).map(({ groups, application, city }): Identity => ({
  kind: 'application',
  userId: 'u',
  email: '',
  groups,
  claims: { city },
  ...(application === undefined ? {} : { application }),
}));

function guardOf(of: readonly Grant[]): ApiGuard {
  return {
    api: access('api', 'city'),
    version: null,
    release: null,
    gateway: null,
    collection: null,
    prefix: '',
    versionPrefix: '',
    stripVersionPrefix: false,
    grants: of,
    operationSets: new Map([
      ['read', [{ methods: ['GET'] }]],
      ['write', [{ methods: ['POST'] }]],
    ]),
    limits: [],
    cors: null,
    headers: null,
  };
}

/** Written from the documentation, without the code that is tested. */
function admits(grant: Grant, identity: Identity, method: string): boolean {
  const { application, claims } = identity;
  const byGroup = grant.groups === 'any' || grant.groups.some((group) => identity.groups.includes(group));
  const byApplication =
    application !== undefined &&
    application.namespace !== 'other' &&
    (grant.applications ?? []).includes(application.id);
  const isGraz = (claims as { city: string }).city === 'Graz';
  const fits = grant.claims === undefined || (grant.claims.startsWith('!') ? !isGraz : isGraz);
  const opens = grant.operations === null || grant.operations.includes(method === 'GET' ? 'read' : 'write');
  return (byGroup || byApplication) && fits && opens;
}

describe('of several grants', () => {
  it('the one of the highest weight that admits the request applies, then the first by name', () => {
    assert(
      property(grants, identities, constantFrom('GET', 'POST'), (of, identity, method) => {
        const admitting = of.filter((grant) => admits(grant, identity, method));
        const best = Math.max(...admitting.map(({ weight = 0 }) => weight));
        const names = admitting.filter(({ weight }) => weight === best).map((grant) => grant.access.name);
        const verdict = authorize(guardOf(of), method, '/x', identity);
        expect(verdict.status).toBe(admitting.length === 0 ? 403 : 200);
        expect(verdict.grant?.access.name).toBe(names.toSorted()[0]);
      }),
      { numRuns: 500 },
    );
  });

  it('none takes anything away: with one more, whoever was admitted still is', () => {
    assert(
      property(grants, grants, identities, (of, more, identity) => {
        const before = authorize(guardOf(of), 'GET', '/x', identity).status;
        const after = authorize(
          guardOf([...of, ...more].toSorted(compareGrants)),
          'GET',
          '/x',
          identity,
        ).status;
        if (before === 200) expect(after).toBe(200);
      }),
    );
  });

  it('nobody is admitted without a credential', () => {
    assert(
      property(grants, (of) => {
        expect(authorize(guardOf(of), 'GET', '/x', null).status).toBe(401);
      }),
    );
  });
});
