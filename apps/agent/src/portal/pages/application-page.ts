import type { CatalogueApplication, CatalogueSubscription } from '@portolan/resources/model/catalogue';
import type { Reply } from '../../gateway/http/reply.ts';
import { nameOf, type OwnCatalogue } from '../catalogue/own-catalogue.ts';
import { html, type Html } from '../html.ts';
import type { PlanUse } from '../plan-use.ts';
import type { PortalRequest } from '../portal-request.ts';
import { pageReply } from './layout.ts';
import { planLeft } from './plan-view.ts';
import { approvalChip } from './offered-plans.ts';

export interface ApplicationView {
  readonly own: OwnCatalogue;
  readonly application: CatalogueApplication;
  readonly subscriptions: readonly {
    readonly subscription: CatalogueSubscription;
    readonly uses: readonly PlanUse[];
  }[];
  /** A key that was just created; its text is shown this once. */
  readonly created: { readonly name: string; readonly key: string } | null;
  readonly failure: string | null;
}

/** One application of the caller: its keys, its subscriptions and what is left of their plans. */
export function applicationPage(request: PortalRequest, view: ApplicationView): Reply {
  const { application, created, failure } = view;
  const { session } = request;
  const mayChange = session !== null && !session.isPreview && application.isRemote;
  const body = html`<article class="keys">
    <p class="crumbs"><a href="/applications">Applications</a></p>
    <div class="heading">
      <h1>${nameOf(application)}</h1>
      <code class="copyable">${application.appId}</code>
    </div>
    ${failure === null ? null : html`<p class="notice bad" role="alert">${failure}</p>`}
    ${created === null ? null : createdKey(created)} ${notices(application, session?.isPreview === true)}
    ${application.notes === '' ? null : html`<p>${application.notes}</p>`}
    ${subscriptionSection(request, view)} ${keySection(application, mayChange)}
    ${mayChange ? deleteForm(application) : null}
  </article>`;
  return pageReply(request, {
    title: nameOf(application),
    body,
    isWide: true,
    status: failure === null ? 200 : 400,
  });
}

function notices({ isDuplicate, isRemote, appId }: CatalogueApplication, isPreview: boolean): Html | null {
  if (isDuplicate)
    return html`<p class="notice bad" role="note">
      Another application has the id <code>${appId}</code>. Until an administrator changes one of them, the
      keys of this one are refused.
    </p>`;
  if (isRemote || isPreview) return null;
  return html`<p class="notice" role="note">
    This application is kept by administrators as a resource: ask them to change it or its keys.
  </p>`;
}

function createdKey({ name, key }: NonNullable<ApplicationView['created']>): Html {
  return html`<div class="notice ok created" role="status">
    <p><strong>Created key ${name}.</strong> Copy it now: it will not be shown again.</p>
    <p><code class="copyable secret">${key}</code></p>
  </div>`;
}

function subscriptionSection(request: PortalRequest, { own, subscriptions }: ApplicationView): Html {
  return html`<section aria-labelledby="subscriptions">
    <h2 id="subscriptions">Subscriptions</h2>
    ${
      subscriptions.length === 0
        ? html`<p class="empty">None yet. Open <a href="/">an API</a> and choose one of its plans.</p>`
        : html`<div class="scroll" tabindex="0">
            <table>
              <thead>
                <tr>
                  <th scope="col">For</th>
                  <th scope="col">Plan</th>
                  <th scope="col">State</th>
                  <th scope="col">Left now</th>
                  <th scope="col">Change</th>
                </tr>
              </thead>
              <tbody>
                ${subscriptions.map((row) => subscriptionRow(request, own, row))}
              </tbody>
            </table>
          </div>`
    }
  </section>`;
}

function subscriptionRow(
  { locale, session }: PortalRequest,
  { entries, namespace }: OwnCatalogue,
  { subscription, uses }: ApplicationView['subscriptions'][number],
): Html {
  const { source, approval, apis, bundles, isRemote } = subscription;
  const plan = entries.get(subscription.plan);
  const title = plan?.kind === 'plan' ? plan.title : 'missing';
  const mayEnd = isRemote && session !== null && !session.isPreview;
  const isIdle = approval === 'approved' && uses.length > 0 && uses.every(({ isApplied }) => !isApplied);
  return html`<tr>
    <th scope="row">
      ${[...bundles, ...apis].map((key) => {
        const entry = entries.get(key);
        const name = key.slice(key.lastIndexOf('/') + 1);
        const shown =
          (entry?.kind === 'bundle' || entry?.kind === 'api') && entry.title !== '' ? entry.title : name;
        const path = bundles.includes(key) ? `/bundles/${name}` : `/apis/${name}@${namespace}`;
        return html`<a class="target" href="${path}">${shown}</a> `;
      })}
    </th>
    <td>${title}</td>
    <td>
      ${approvalChip(approval)}
      ${isIdle ? html`<br /><span class="place">a later subscription goes before it</span>` : null}
    </td>
    <td>
      ${
        approval === 'approved'
          ? uses.map(
              (use) =>
                html`${uses.length > 1 ? html`<code>${use.guard.api.name}</code> ` : null}${planLeft(use, locale)}`,
            )
          : null
      }
    </td>
    <td class="changes">
      ${
        mayEnd
          ? html`<details class="ask">
              <summary aria-label="End ${source.name}">
                ${approval === 'pending' ? 'Withdraw…' : 'End…'}
              </summary>
              <form method="post" action="/subscriptions/${encodeURIComponent(source.name)}">
                <p>
                  ${approval === 'approved' ? 'Calls that need it are refused at once.' : 'The request is withdrawn.'}
                </p>
                <button class="danger">${approval === 'pending' ? 'Withdraw' : 'End it'}</button>
              </form>
            </details>`
          : null
      }
    </td>
  </tr>`;
}

function keySection({ source, keys }: CatalogueApplication, mayChange: boolean): Html {
  const action = `/applications/${encodeURIComponent(source.name)}/keys`;
  return html`<section aria-labelledby="keys">
    <h2 id="keys">Keys</h2>
    ${
      keys.length === 0
        ? html`<p class="empty">No keys yet.</p>`
        : html`<div class="scroll" tabindex="0">
            <table>
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">State</th>
                  ${mayChange ? html`<th scope="col">Change</th>` : null}
                </tr>
              </thead>
              <tbody>
                ${keys.map((key) => keyRow(key, mayChange ? action : null))}
              </tbody>
            </table>
          </div>`
    }
    ${
      mayChange
        ? html`<form class="new-key" method="post" action="${action}" aria-label="New key">
            <div class="field">
              <label for="key-name">Name of a new key</label>
              <input
                id="key-name"
                name="name"
                maxlength="120"
                required
                autocomplete="off"
                placeholder="production"
              />
            </div>
            <button class="primary" name="change" value="create">Create key</button>
          </form>`
        : null
    }
  </section>`;
}

function keyRow({ title, isSuspended }: CatalogueApplication['keys'][number], action: string | null): Html {
  const change = isSuspended ? 'resume' : 'suspend';
  return html`<tr>
    <th scope="row">${title}</th>
    <td>
      <span class="state" data-state="${isSuspended ? 'suspended' : 'active'}"
        >${isSuspended ? 'suspended' : 'active'}</span
      >
    </td>
    ${
      action === null
        ? null
        : html`<td class="changes">
            <form method="post" action="${action}">
              <input type="hidden" name="name" value="${title}" />
              <button
                name="change"
                value="${change}"
                aria-label="${isSuspended ? 'Resume' : 'Suspend'} ${title}"
              >
                ${isSuspended ? 'Resume' : 'Suspend'}
              </button>
            </form>
            <details class="ask">
              <summary aria-label="Delete ${title}">Delete…</summary>
              <form method="post" action="${action}">
                <input type="hidden" name="name" value="${title}" />
                <p>Programs that use it stop working at once.</p>
                <button class="danger" name="change" value="delete">Delete ${title}</button>
              </form>
            </details>
          </td>`
    }
  </tr>`;
}

function deleteForm(application: CatalogueApplication): Html {
  return html`<details class="ask">
    <summary>Delete this application…</summary>
    <form method="post" action="/applications/${encodeURIComponent(application.source.name)}">
      <p>Its keys are refused and its subscriptions end, at once.</p>
      <button class="danger">Delete ${nameOf(application)}</button>
    </form>
  </details>`;
}
