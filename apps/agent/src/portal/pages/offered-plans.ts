import type { Offer } from '@portolan/resources/decide/offers';
import type { CatalogueSubscription } from '@portolan/resources/model/catalogue';
import type { ObjectRef } from '@portolan/resources/model/object-ref';
import { nameOf, type OwnCatalogue } from '../catalogue/own-catalogue.ts';
import { html, type Html } from '../html.ts';
import type { PortalRequest } from '../portal-request.ts';
import { planLimits } from './plan-view.ts';

/** The target of an offer: an API, or a bundle with its own title. */
export interface OfferedTarget {
  readonly ref: ObjectRef;
  readonly title: string;
  readonly offers: readonly Offer[];
}

/** Plans that are open to the caller, each with a form to subscribe an application to it; the application may be made in place. */
export function offeredPlans(request: PortalRequest, targets: readonly OfferedTarget[]): Html | null {
  const offered = targets.filter(({ offers }) => offers.length > 0);
  if (request.own === null || offered.length === 0) return null;
  const { own } = request;
  return html`<section aria-labelledby="plans">
    <h2 id="plans">Plans</h2>
    <ul class="plans">
      ${offered.flatMap(({ ref, title, offers }) =>
        offers.map((offer) => planCard(request, own, { ref, title, offer })),
      )}
    </ul>
  </section>`;
}

interface Choice {
  readonly ref: ObjectRef;
  readonly title: string;
  readonly offer: Offer;
}

function planCard(request: PortalRequest, own: OwnCatalogue, { ref, title, offer }: Choice): Html {
  const { plan, item } = offer;
  const { session, locale } = request;
  const mayChange = session !== null && !session.isPreview;
  return html`<li class="plan">
    <h3>${plan.title}</h3>
    <p class="meta">
      <span
        >${ref.kind === 'APIBundle' ? html`for the bundle <strong>${title}</strong>` : html`for ${title}`}</span
      >
      <span class="chip">${item.approval === 'automatic' ? 'granted at once' : 'needs approval'}</span>
    </p>
    ${plan.description === '' ? null : html`<p>${plan.description}</p>`} ${planLimits(plan, locale)}
    ${stateOf(own, { ref, offer, title })} ${mayChange ? subscribeForm(own, { ref, offer, title }) : null}
  </li>`;
}

/** Lists the caller's applications that have the plan or requested it. */
function stateOf(own: OwnCatalogue, choice: Choice): Html | null {
  const states = own.applications.flatMap((application) => {
    const found = subscriptionTo(own, application.source.key, choice);
    return found === undefined ? [] : [{ application, found }];
  });
  if (states.length === 0) return null;
  return html`<ul class="states">
    ${states.map(
      ({ application, found }) =>
        html`<li>
          <a href="/applications/${encodeURIComponent(application.source.name)}">${nameOf(application)}</a>
          ${approvalChip(found.approval)}
        </li>`,
    )}
  </ul>`;
}

function subscriptionTo(
  own: OwnCatalogue,
  application: string,
  { ref, offer }: Choice,
): CatalogueSubscription | undefined {
  return own.subscriptions.find(
    ({ applications, plan, apis, bundles }) =>
      applications.includes(application) &&
      plan === offer.plan.source.key &&
      (ref.kind === 'API' ? apis : bundles).includes(ref.key),
  );
}

export function approvalChip(approval: CatalogueSubscription['approval']): Html {
  if (approval === 'approved') return html`<span class="chip ok">subscribed</span>`;
  return approval === 'pending'
    ? html`<span class="chip warn">waits for approval</span>`
    : html`<span class="chip bad">refused</span>`;
}

function subscribeForm(own: OwnCatalogue, choice: Choice): Html {
  const { ref, offer } = choice;
  const free = own.applications.filter(({ source }) => subscriptionTo(own, source.key, choice) === undefined);
  const words = free.length < own.applications.length ? 'Subscribe another application…' : 'Subscribe…';
  const id = `${offer.item.source.name}-${ref.kind}-${ref.name}`;
  return html`<details class="ask" ${own.applications.length === 0 ? html`open` : null}>
    <summary aria-label="${words} to ${offer.plan.title} for ${choice.title}">${words}</summary>
    <form method="post" action="/subscriptions">
      <input type="hidden" name="target" value="${ref.kind}/${ref.name}" />
      <input type="hidden" name="item" value="${offer.item.source.name}" />
      ${
        free.length === 0
          ? null
          : html`<div class="field">
              <label for="application-${id}">Application</label>
              <select id="application-${id}" name="application">
                ${free.map(
                  (application) =>
                    html`<option value="${application.source.name}">${nameOf(application)}</option>`,
                )}
                <option value="">a new application</option>
              </select>
            </div>`
      }
      <div class="field">
        <label for="title-${id}"
          >${free.length === 0 ? 'Name of a new application' : 'Name, if it is new'}</label
        >
        <input
          id="title-${id}"
          name="title"
          maxlength="120"
          autocomplete="off"
          placeholder="Journey planner"
          ${free.length === 0 ? html`required` : null}
        />
      </div>
      <button class="primary">${offer.item.approval === 'automatic' ? 'Subscribe' : 'Ask for it'}</button>
    </form>
  </details>`;
}
