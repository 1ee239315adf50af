import type { CatalogueApplication } from '@portolan/resources/model/catalogue';
import type { Reply } from '../../gateway/http/reply.ts';
import { nameOf, type OwnCatalogue } from '../catalogue/own-catalogue.ts';
import { html, type Html } from '../html.ts';
import type { PortalRequest } from '../portal-request.ts';
import { pageReply } from './layout.ts';

/** Returns the caller's applications, and a form for a new one. */
export function applicationsPage(
  request: PortalRequest,
  own: OwnCatalogue,
  failure: string | null = null,
): Reply {
  const { session } = request;
  const mayChange = session !== null && !session.isPreview;
  const body = html`<article class="keys">
    <h1>Applications</h1>
    ${failure === null ? null : html`<p class="notice bad" role="alert">${failure}</p>`}
    <p class="lead">
      An application is a program of yours that calls APIs: it has keys, and subscribes to plans of APIs.
    </p>
    ${
      own.applications.length === 0
        ? html`<p class="empty">You have no applications yet.</p>`
        : html`<ul class="cards">
            ${own.applications.map((application) => card(own, application))}
          </ul>`
    }
    ${mayChange ? newForm() : null}
    ${
      request.portal.auth.kind === 'platform'
        ? html`<p class="aside">
            APIs that your groups may call without a subscription take
            <a href="/settings">a key of your own</a>.
          </p>`
        : null
    }
  </article>`;
  return pageReply(request, {
    title: 'Applications',
    body,
    isWide: true,
    status: failure === null ? 200 : 400,
  });
}

function card(own: OwnCatalogue, application: CatalogueApplication): Html {
  const { source, keys, notes } = application;
  const mine = own.subscriptions.filter(({ applications }) => applications.includes(source.key));
  const pending = mine.filter(({ approval }) => approval === 'pending').length;
  return html`<li class="card">
    <h2><a href="/applications/${encodeURIComponent(source.name)}">${nameOf(application)}</a></h2>
    ${notes === '' ? null : html`<p>${notes}</p>`}
    <p class="meta">
      <span>${counted(keys.length, 'key')}</span> <span>${counted(mine.length, 'subscription')}</span>
      ${pending === 0 ? null : html`<span class="chip warn">${pending} waiting for approval</span>`}
    </p>
  </li>`;
}

function counted(count: number, noun: string): string {
  return count === 0 ? `no ${noun}s` : `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function newForm(): Html {
  return html`<form class="new-key" method="post" action="/applications" aria-labelledby="new-application">
    <h2 id="new-application">New application</h2>
    <div class="field">
      <label for="application-title">Name</label>
      <input
        id="application-title"
        name="title"
        maxlength="120"
        required
        autocomplete="off"
        placeholder="Journey planner"
      />
    </div>
    <div class="field">
      <label for="application-notes">Notes</label>
      <input id="application-notes" name="notes" maxlength="500" autocomplete="off" />
    </div>
    <button class="primary">Create application</button>
  </form>`;
}
