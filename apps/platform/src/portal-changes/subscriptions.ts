import { OWN_SUBSCRIPTIONS_MAX } from '@portolan/contract/portal-changes';
import {
  APPROVAL_ANNOTATION,
  approvalOf,
  REQUESTED_BY_ANNOTATION,
} from '@portolan/resources/compile/hub/v3/approval';
import { itemsFor, offersFor, type Offer } from '@portolan/resources/decide/offers';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { AppError, notFound } from '../app-error.ts';
import { uniqueName } from './applications.ts';
import {
  commitOwn,
  getOwnApplication,
  listMade,
  listOwnApplications,
  ownKey,
  requireMade,
  specOf,
  type OwnObjects,
} from './own-objects.ts';

interface Wish {
  readonly application: string;
  readonly target: { readonly kind: 'API' | 'APIBundle'; readonly name: string };
  readonly item: string;
}

/**
 * Subscribes an application of the user to what the catalogue offers them, on the plan of the item that offers it. A later subscription
 * goes before earlier ones, as who asks for a larger plan expects.
 * @throws AppError `not-found` for what is not offered, `conflict` for what was subscribed to already.
 */
export async function subscribe(
  own: OwnObjects,
  wish: Wish,
): Promise<{ readonly key: string; readonly approval: 'approved' | 'pending' }> {
  const application = await getOwnApplication(own, wish.application);
  const { item, plan } = offerOf(own, wish);
  const mine = await subscriptionsOf(own, application.name);
  requireNew(mine, wish, plan);
  const { target, namespace, user } = { ...own, target: wish.target };
  const name = uniqueName(`${application.name.replace(/-[\da-f]{8}$/, '')}-${target.name}`);
  const approval = item.approval === 'automatic' ? 'approved' : 'pending';
  const reported = [...own.model.catalogue.values()].flatMap((entry) =>
    entry.kind === 'subscription' && entry.applications.includes(application.key) ? [entry.weight] : [],
  );
  const weights = [...reported, ...mine.map((object) => Number(specOf(object)['weight'] ?? 0))];
  const object = {
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind: 'ManagedSubscription',
    metadata: {
      name,
      namespace,
      annotations: {
        [APPROVAL_ANNOTATION]: approval,
        ...(user.email === '' ? {} : { [REQUESTED_BY_ANNOTATION]: user.email }),
      },
    },
    spec: {
      managedApplications: [{ name: application.name }],
      [target.kind === 'API' ? 'apis' : 'apiBundles']: [{ name: target.name }],
      apiPlan: { name: plan.source.name },
      weight: weights.length === 0 ? 0 : Math.max(...weights) + 1,
      ...(item.operations === null ? {} : { operationFilter: { include: item.operations } }),
    },
  };
  const key = ownKey(own, 'ManagedSubscription', name);
  await commitOwn(own, [{ key, change: () => object }]);
  return { key, approval };
}

/** Ends a subscription of the user's, or withdraws the request for one. */
export async function unsubscribe(own: OwnObjects, name: string): Promise<string> {
  const applications = new Set((await listOwnApplications(own)).map((each) => each.name));
  const key = ownKey(own, 'ManagedSubscription', name);
  const made = (await listMade(own, 'ManagedSubscription')).find(({ metadata }) => metadata.name === name);
  const named = made === undefined ? [] : applicationsOf(made);
  if (made === undefined || named.length === 0 || !named.every((each) => applications.has(each))) {
    const entry = own.model.catalogue.get(key);
    const isOwn =
      entry?.kind === 'subscription' && entry.applications.some((one) => isNamed(applications, one));
    if (isOwn) requireMade(null, `Subscription ${name}`);
    throw notFound(`subscription ${name} of yours`);
  }
  await commitOwn(own, [{ key, change: () => null }]);
  return key;
}

function isNamed(applications: ReadonlySet<string>, key: string): boolean {
  return applications.has(key.slice(key.lastIndexOf('/') + 1));
}

function offerOf(own: OwnObjects, { target, item }: Wish): Offer {
  const { model, namespace, user } = own;
  const identity = { kind: 'user', userId: user.id, email: user.email, groups: user.groups } as const;
  const items = itemsFor(model.catalogue, namespace, identity);
  const offers = offersFor(model.catalogue, items, ownKey(own, target.kind, target.name));
  const offer = offers.find(({ item: each }) => each.source.name === item);
  if (offer !== undefined) return offer;
  throw new AppError('not-found', `${target.name} is not offered to you on this plan.`, {
    fix: 'Open its page again and choose one of the plans there.',
  });
}

async function subscriptionsOf(own: OwnObjects, application: string): Promise<KubernetesObject[]> {
  const made = await listMade(own, 'ManagedSubscription');
  return made.filter((object) => applicationsOf(object).includes(application));
}

function requireNew(mine: readonly KubernetesObject[], { target }: Wish, plan: Offer['plan']): void {
  if (mine.length >= OWN_SUBSCRIPTIONS_MAX)
    throw new AppError(
      'conflict',
      `The application has ${OWN_SUBSCRIPTIONS_MAX} subscriptions, the maximum.`,
      {
        fix: 'End one that you no longer need.',
      },
    );
  const same = mine.find((object) => {
    const { apis, apiBundles, apiPlan } = specOf(object);
    const list = namesIn(target.kind === 'API' ? apis : apiBundles);
    return list.includes(target.name) && (apiPlan as { name?: string }).name === plan.source.name;
  });
  if (same === undefined) return;
  const state = approvalOf(same);
  throw new AppError(
    'conflict',
    state === 'approved'
      ? `The application is subscribed to ${target.name} on this plan already.`
      : state === 'pending'
        ? `The application has asked for ${target.name} on this plan already; an administrator has still to decide.`
        : `An administrator has refused ${target.name} on this plan to the application.`,
    { fix: state === 'rejected' ? 'Ask them, or choose another plan.' : 'Nothing needs to be done.' },
  );
}

function applicationsOf(object: KubernetesObject): string[] {
  return namesIn(specOf(object)['managedApplications']);
}

function namesIn(list: unknown): string[] {
  return Array.isArray(list) ? list.map((each: { readonly name?: unknown }) => String(each.name)) : [];
}
