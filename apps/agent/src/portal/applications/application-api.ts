import { PlatformError } from '@portolan/contract/client';
import type { PortalChange } from '@portolan/contract/portal-changes';
import { offersFor } from '@portolan/resources/decide/offers';
import type { CataloguePlan, CatalogueSubscription } from '@portolan/resources/model/catalogue';
import type { PlanLimit } from '@portolan/resources/model/plan';
import { emptyReply, problemReply, type Reply } from '../../gateway/http/reply.ts';
import type { Counted } from '../../gateway/limits/quota.ts';
import { nameOf, shownBundles, type OwnCatalogue } from '../catalogue/own-catalogue.ts';
import { isAway } from '../keys/own-keys.ts';
import { goDuration } from '../limits.ts';
import { usesOfSubscription, type PlanReader } from '../plan-use.ts';
import { jsonReply, PRIVATE, readJson } from '../json.ts';
import type { PortalRequest } from '../portal-request.ts';
import { nameInKey, type OwnObjects } from './own-objects.ts';

/** Responds to calls of the HTTP API about applications and subscriptions. */
export class ApplicationApi {
  readonly #objects: OwnObjects;
  readonly #plans: () => PlanReader | null;

  constructor(objects: OwnObjects, plans: () => PlanReader | null) {
    this.#objects = objects;
    this.#plans = plans;
  }

  /** Responds to `/api/applications…` and `/api/subscriptions…`; `path` is what follows `/api`. */
  async respond(request: PortalRequest, path: readonly string[]): Promise<Reply> {
    const { own } = request;
    if (own === null) return problemReply(404, 'There is nothing here.');
    const { method } = request.exchange;
    try {
      if (method === 'GET' || method === 'HEAD') return await this.#list(request, own, path);
      const body = await readJson(request);
      return await this.#change(request, path, body);
    } catch (error) {
      if (isAway(error)) return problemReply(503, 'The platform cannot be reached. Nothing was changed.');
      const { status, message } = error as PlatformError;
      return problemReply(status, message);
    }
  }

  async #list(request: PortalRequest, own: OwnCatalogue, [kind, ...rest]: readonly string[]): Promise<Reply> {
    if (rest.length > 0) return problemReply(404, 'There is nothing here.');
    if (kind === 'applications') return jsonReply(200, own.applications.map(applicationView));
    const views = own.subscriptions.map((subscription) => this.#subscriptionView(request, own, subscription));
    return jsonReply(200, await Promise.all(views));
  }

  async #change(
    request: PortalRequest,
    path: readonly string[],
    body: Readonly<Record<string, unknown>>,
  ): Promise<Reply> {
    const change = changeOf(`${request.exchange.method} ${path[0]}`, path.slice(1), body);
    if (change === null) return problemReply(405, 'This method is not allowed here.');
    const { key, secret, approval } = await this.#objects.run(request, change);
    switch (change.change) {
      case 'create-application':
        return jsonReply(201, { name: nameInKey(key) });
      case 'create-key':
        return jsonReply(201, { token: secret });
      case 'subscribe':
        return jsonReply(201, { name: nameInKey(key), state: approval });
      case 'set-key-state':
        return emptyReply(200, PRIVATE);
      default:
        return emptyReply(204, PRIVATE);
    }
  }

  async #subscriptionView(
    request: PortalRequest,
    { applications }: OwnCatalogue,
    subscription: CatalogueSubscription,
  ): Promise<object> {
    const plans = this.#plans();
    const application = applications.find(({ source }) => subscription.applications.includes(source.key));
    const isCounted = plans !== null && application !== undefined && subscription.approval === 'approved';
    const uses = isCounted ? await usesOfSubscription(request, { application, subscription }, plans) : [];
    const [use] = uses;
    return {
      name: subscription.source.name,
      applications: subscription.applications.map(nameInKey),
      apis: subscription.apis.map(nameInKey),
      bundles: subscription.bundles.map(nameInKey),
      plan: nameInKey(subscription.plan),
      state: subscription.approval,
      ...(use?.left == null || use.terms === null
        ? {}
        : {
            left: {
              ...leftView('rate', use.terms.rateLimit, use.left.rate),
              ...leftView('quota', use.terms.quota, use.left.quota),
            },
          }),
    };
  }
}

/** Returns the plans that are offered for an API or bundle, by its key. */
export function planViews(own: OwnCatalogue, key: string): object[] {
  return offersFor(own.entries, own.items, key).map(({ item, plan }) => ({
    item: item.source.name,
    ...planView(plan),
    approval: item.approval,
  }));
}

/** Returns the bundles that are shown to the caller. */
export function bundleViews(own: OwnCatalogue): object[] {
  return shownBundles(own).map((bundle) => ({
    name: bundle.source.name,
    title: bundle.title,
    apis: bundle.apis.map(nameInKey),
    plans: planViews(own, bundle.source.key),
  }));
}

function planView({ source, title, description, rateLimit, quota }: CataloguePlan): object {
  const limitOf = (limit: PlanLimit | null, name: string): object =>
    limit === null
      ? {}
      : { [name]: { limit: limit.limit, period: goDuration(limit.periodMs), bucket: limit.bucket } };
  return {
    name: source.name,
    title,
    description,
    ...limitOf(rateLimit, 'rateLimit'),
    ...limitOf(quota, 'quota'),
  };
}

function leftView(name: string, limit: PlanLimit | null, counted: Counted | null): object {
  if (limit === null || counted === null) return {};
  const { remaining, resetMs } = counted;
  return { [name]: { limit: limit.limit, remaining, resetSeconds: Math.ceil(resetMs / 1000) } };
}

function applicationView(application: OwnCatalogue['applications'][number]): object {
  const { source, appId, notes, keys } = application;
  return {
    name: source.name,
    title: nameOf(application),
    appId,
    notes,
    keys: keys.map(({ title, isSuspended }) => ({ name: title, suspended: isSuspended })),
  };
}

/** Returns the change that a call asks for; null for calls that do not exist. @throws PlatformError for a body without what it needs. */
function changeOf(
  call: string,
  [name, section, more]: readonly string[],
  body: Readonly<Record<string, unknown>>,
): PortalChange | null {
  const text = (field: string): string => {
    const value = body[field];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    throw new PlatformError({ code: 'invalid-request', message: `${field}: required` }, 400);
  };
  switch (`${call} ${name === undefined ? '' : 'NAME '}${section ?? ''} ${more ?? ''}`.trim()) {
    case 'POST applications': {
      const notes = typeof body['notes'] === 'string' ? body['notes'] : '';
      return { change: 'create-application', title: text('title'), notes };
    }
    case 'DELETE applications NAME':
      return { change: 'delete-application', application: name ?? '' };
    case 'POST applications NAME keys':
      return { change: 'create-key', application: name ?? '', key: text('name') };
    case 'POST applications NAME keys suspend': {
      const state = body['suspend'] === true ? 'suspended' : 'active';
      return { change: 'set-key-state', application: name ?? '', key: text('name'), state };
    }
    case 'DELETE applications NAME keys':
      return { change: 'delete-key', application: name ?? '', key: text('name') };
    case 'POST subscriptions': {
      const kind = typeof body['bundle'] === 'string' ? 'APIBundle' : 'API';
      const target = { kind, name: text(kind === 'API' ? 'api' : 'bundle') } as const;
      return { change: 'subscribe', application: text('application'), target, item: text('item') };
    }
    case 'DELETE subscriptions NAME':
      return { change: 'unsubscribe', subscription: name ?? '' };
    default:
      return null;
  }
}
