import type { PlatformError } from '@portolan/contract/client';
import type { PortalChange } from '@portolan/contract/portal-changes';
import type { CatalogueApplication } from '@portolan/resources/model/catalogue';
import { problemReply, type Reply } from '../../gateway/http/reply.ts';
import type { OwnCatalogue } from '../catalogue/own-catalogue.ts';
import { isAway } from '../keys/own-keys.ts';
import { applicationPage, type ApplicationView } from '../pages/application-page.ts';
import { applicationsPage } from '../pages/applications-page.ts';
import { seeOther } from '../pages/layout.ts';
import { missingPage } from '../pages/missing-page.ts';
import { usesOfSubscription, type PlanReader } from '../plan-use.ts';
import type { PortalRequest } from '../portal-request.ts';
import { nameInKey, type OwnObjects } from './own-objects.ts';

type Shown = Partial<Pick<ApplicationView, 'created' | 'failure'>>;

/** Responds to the pages and forms of applications, their keys and their subscriptions. */
export class ApplicationPages {
  readonly #objects: OwnObjects;
  readonly #plans: () => PlanReader | null;

  constructor(objects: OwnObjects, plans: () => PlanReader | null) {
    this.#objects = objects;
    this.#plans = plans;
  }

  /** Responds to `GET /applications[/NAME]`. */
  async show(request: PortalRequest, name: string | undefined, shown: Shown = {}): Promise<Reply> {
    const { own } = request;
    if (own === null) return missingPage(request);
    if (name === undefined) return applicationsPage(request, own, shown.failure ?? null);
    const application = own.applications.find(({ source }) => source.name === name);
    return application === undefined
      ? missingPage(request)
      : this.#page(request, { own, application, ...shown });
  }

  /** Responds to the forms: `POST /applications`, `/applications/NAME` and `/applications/NAME/keys`. */
  async submit(request: PortalRequest, path: readonly string[], form: URLSearchParams): Promise<Reply> {
    const [name, section] = path;
    if (name === undefined)
      return this.#change(request, {
        change: {
          change: 'create-application',
          title: textOf(form, 'title'),
          notes: textOf(form, 'notes'),
        },
        nextPath: ({ key }) => `/applications/${encodeURIComponent(nameInKey(key))}`,
      });
    if (section === undefined)
      return this.#change(request, {
        change: { change: 'delete-application', application: name },
        nextPath: () => '/applications',
        failed: name,
      });
    return section === 'keys' ? this.#changeKeys(request, name, form) : missingPage(request);
  }

  /** Responds to `POST /subscriptions`: subscribes, to an application that is made in place if need be. */
  async subscribe(request: PortalRequest, form: URLSearchParams): Promise<Reply> {
    const [kind = '', target = ''] = textOf(form, 'target').split('/');
    if (kind !== 'API' && kind !== 'APIBundle') return problemReply(400, 'There is no such offer.');
    let application = textOf(form, 'application');
    try {
      if (application === '') {
        const { key } = await this.#objects.run(request, {
          change: 'create-application',
          title: textOf(form, 'title'),
          notes: '',
        });
        application = nameInKey(key);
      }
      await this.#objects.run(request, {
        change: 'subscribe',
        application,
        target: { kind, name: target },
        item: textOf(form, 'item'),
      });
      return seeOther(`/applications/${encodeURIComponent(application)}`);
    } catch (error) {
      return this.show(request, application === '' ? undefined : application, { failure: failureOf(error) });
    }
  }

  /** Responds to `POST /subscriptions/NAME`: ends it. */
  async unsubscribe(request: PortalRequest, subscription: string): Promise<Reply> {
    const found = request.own?.subscriptions.find(({ source }) => source.name === subscription);
    const application = request.own?.applications.find(
      ({ source }) => found?.applications.includes(source.key) === true,
    );
    const name = application?.source.name;
    return this.#change(request, {
      change: { change: 'unsubscribe', subscription },
      nextPath: () => (name === undefined ? '/applications' : `/applications/${encodeURIComponent(name)}`),
      ...(name === undefined ? {} : { failed: name }),
    });
  }

  async #changeKeys(request: PortalRequest, application: string, form: URLSearchParams): Promise<Reply> {
    const key = textOf(form, 'name');
    const here = { nextPath: () => `/applications/${encodeURIComponent(application)}`, failed: application };
    switch (form.get('change')) {
      case 'create':
        return this.#createKey(request, application, key);
      case 'suspend':
      case 'resume': {
        const state = form.get('change') === 'suspend' ? 'suspended' : 'active';
        return this.#change(request, {
          change: { change: 'set-key-state', application, key, state },
          ...here,
        });
      }
      case 'delete':
        return this.#change(request, { change: { change: 'delete-key', application, key }, ...here });
      default:
        return problemReply(400, 'Choose one of the changes offered.');
    }
  }

  async #createKey(request: PortalRequest, application: string, key: string): Promise<Reply> {
    try {
      const { secret } = await this.#objects.run(request, { change: 'create-key', application, key });
      const created = secret === null ? null : { name: key, key: secret };
      return await this.show(request.again(), application, { created });
    } catch (error) {
      return this.show(request, application, { failure: failureOf(error) });
    }
  }

  async #change(
    request: PortalRequest,
    {
      change,
      nextPath,
      failed,
    }: {
      readonly change: PortalChange;
      readonly nextPath: (changed: { readonly key: string }) => string;
      /** Application on whose page a failure is shown; else the list. */
      readonly failed?: string;
    },
  ): Promise<Reply> {
    try {
      return seeOther(nextPath(await this.#objects.run(request, change)));
    } catch (error) {
      return this.show(request, failed, { failure: failureOf(error) });
    }
  }

  async #page(
    request: PortalRequest,
    {
      own,
      application,
      created = null,
      failure = null,
    }: { own: OwnCatalogue; application: CatalogueApplication } & Shown,
  ): Promise<Reply> {
    const plans = this.#plans();
    const { key } = application.source;
    const mine = own.subscriptions.filter(
      ({ applications, appIds }) => applications.includes(key) || appIds.includes(application.appId),
    );
    const subscriptions = await Promise.all(
      mine.map(async (subscription) => ({
        subscription,
        uses: plans === null ? [] : await usesOfSubscription(request, { application, subscription }, plans),
      })),
    );
    return applicationPage(request, { own, application, subscriptions, created, failure });
  }
}

function textOf(form: URLSearchParams, name: string): string {
  return (form.get(name) ?? '').trim();
}

/** Returns the reason why a change was not made, and the remedy. */
function failureOf(error: unknown): string {
  if (isAway(error)) return 'The platform cannot be reached. Nothing was changed; try again in a moment.';
  const { message, fix = '', fields } = error as PlatformError;
  const [field] = fields;
  return `${field === undefined ? message : `${field.field.replace(/^change\./, '')}: ${field.message}.`} ${fix}`;
}
