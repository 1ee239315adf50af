import { reachesCaller } from '@portolan/resources/decide/reaches';
import type { CatalogueApplication, CatalogueSubscription } from '@portolan/resources/model/catalogue';
import type { ApiGuard, Grant, Model } from '@portolan/resources/model/model';
import type { PlanTerms } from '@portolan/resources/model/plan';
import type { Identity } from '@portolan/resources/model/request';
import type { Gateway } from '../gateway/gateway.ts';
import type { PlanTake } from '../gateway/limits/plan-counters.ts';
import { identityOf, usableApplications } from './catalogue/own-catalogue.ts';
import type { PortalRequest } from './portal-request.ts';

/** Reads the counters of plans; the gateway's own. */
export type PlanReader = Pick<Gateway, 'planLeft'>;

/** A right of one of the caller's identities to an API, and what its plan has left now. */
export interface PlanUse {
  /** Null: the user's own right. */
  readonly application: CatalogueApplication | null;
  readonly grant: Grant;
  readonly guard: ApiGuard;
  /** It is the one that applies to requests; others would if it were not there. */
  readonly isApplied: boolean;
  readonly terms: PlanTerms | null;
  /** Null for a plan, or a right, without limits. */
  readonly left: PlanTake | null;
}

/** Returns all rights of the caller to an API, those of each identity in the order in which they apply. */
export async function usesOfApi(
  request: PortalRequest,
  guard: ApiGuard,
  plans: PlanReader,
): Promise<PlanUse[]> {
  const uses = callersOf(request).flatMap(({ application, identity }) =>
    guard.grants
      .filter((grant) => reachesCaller(grant, identity))
      .map((grant, place) => ({ application, identity, grant, guard, isApplied: place === 0 })),
  );
  return Promise.all(uses.map((use) => withLeft(use, plans)));
}

/** Returns what a subscription gives an application: for each API where it counts them apart, else once. */
export async function usesOfSubscription(
  request: PortalRequest,
  { application, subscription }: { application: CatalogueApplication; subscription: CatalogueSubscription },
  plans: PlanReader,
): Promise<PlanUse[]> {
  const identity = identityOf(application);
  const found = grantsOf(request.router.model).get(subscription.source.key) ?? [];
  const counted = new Map<string, { guard: ApiGuard; grant: Grant }>();
  for (const each of found) {
    const { terms } = each.grant;
    const isApart = [terms?.rateLimit, terms?.quota].some((limit) => limit?.bucket === 'application-api');
    const key = isApart ? (terms?.counted.key ?? '') : '';
    if (!counted.has(key)) counted.set(key, each);
  }
  return Promise.all(
    [...counted.values()].map(({ guard, grant }) => {
      const isApplied = guard.grants.find((each) => reachesCaller(each, identity)) === grant;
      return withLeft({ application, identity, grant, guard, isApplied }, plans);
    }),
  );
}

async function withLeft(
  { identity, ...use }: Omit<PlanUse, 'terms' | 'left'> & { readonly identity: Identity },
  plans: PlanReader,
): Promise<PlanUse> {
  return { ...use, terms: use.grant.terms ?? null, left: await plans.planLeft(use.grant, identity) };
}

function callersOf({ own, identity }: PortalRequest) {
  return [
    { application: null, identity },
    ...usableApplications(own).map((application) => ({ application, identity: identityOf(application) })),
  ];
}

type GrantIndex = ReadonlyMap<string, readonly { readonly guard: ApiGuard; readonly grant: Grant }[]>;

const indexes = new WeakMap<Model, GrantIndex>();

/** Returns the grants of a model by the key of the access or subscription they come from, each API once. */
function grantsOf(model: Model): GrantIndex {
  let index = indexes.get(model);
  if (index === undefined) indexes.set(model, (index = makeIndex(model)));
  return index;
}

function makeIndex({ routes }: Model): GrantIndex {
  const index = new Map<string, { guard: ApiGuard; grant: Grant }[]>();
  for (const { guard } of routes) {
    if (guard.kind !== 'api') continue;
    for (const grant of guard.api.grants) {
      const known = index.get(grant.access.key) ?? [];
      if (known.some((each) => each.guard.api.key === guard.api.api.key)) continue;
      index.set(grant.access.key, [...known, { guard: guard.api, grant }]);
    }
  }
  return index;
}
