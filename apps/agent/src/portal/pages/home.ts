import type { CatalogueBundle } from '@portolan/resources/model/catalogue';
import type { Reply } from '../../gateway/http/reply.ts';
import { plainText } from '../../gateway/openapi/compile/description.ts';
import { contentsOf, shownBundles } from '../catalogue/own-catalogue.ts';
import { apiPath, titleOf, visibleApis, type VisibleApi } from '../catalogue/visible.ts';
import { html, type Html } from '../html.ts';
import { formatNumber } from '../formats.ts';
import type { PortalRequest } from '../portal-request.ts';
import { bundlePath, bundleTitle, portalTitle } from '../catalogue/titles-and-paths.ts';
import { contentList } from './content-link.ts';
import { pageReply } from './layout.ts';

/** Returns the catalogue: every API of which the caller may use something. */
export function homePage(request: PortalRequest): Reply {
  const apis = visibleApis(request);
  const { own } = request;
  const bundles = own === null ? [] : shownBundles(own);
  const body = html`<div class="intro">
      <h1>${portalTitle(request)}</h1>
      ${request.portal.description === '' ? null : html`<p class="lead">${request.portal.description}</p>`}
    </div>
    ${own === null ? null : contentList(contentsOf(own.entries, request.portal.source.key))}
    ${bundleCards(bundles)} ${bundles.length > 0 && apis.length > 0 ? html`<h2>APIs</h2>` : null}
    ${
      apis.length === 0
        ? nothing(request)
        : html`<ul class="cards">
            ${apis.map((api) => apiCard(request, api))}
          </ul>`
    }`;
  return pageReply(request, { title: 'APIs', body, isWide: true });
}

function bundleCards(bundles: readonly CatalogueBundle[]): Html | null {
  if (bundles.length === 0) return null;
  return html`<h2>Bundles</h2>
    <ul class="cards">
      ${bundles.map(
        (bundle) =>
          html`<li class="card">
            <h3><a href="${bundlePath(bundle)}">${bundleTitle(bundle)}</a></h3>
            <p class="meta">
              <span
                >${bundle.apis.length} ${bundle.apis.length === 1 ? 'API' : 'APIs'}, subscribed to
                together</span
              >
            </p>
          </li>`,
      )}
    </ul>`;
}

function nothing({ session, identity }: PortalRequest): Html {
  const groups = identity.groups.length === 0 ? 'no group' : identity.groups.join(', ');
  return html`<div class="empty">
    <h2>No API is shared with you yet</h2>
    <p>
      You are signed in as ${session?.email ?? identity.email}, in ${groups}. An administrator can share APIs
      with these groups.
    </p>
  </div>`;
}

/** Renders an API of the catalogue. It says when nothing of it may be called before it is subscribed to. */
export function apiCard(request: PortalRequest, { api, versions, current }: VisibleApi): Html {
  const { index } = current;
  const text = api.description || (index === null ? '' : plainText(index.description, 160));
  const operations = index === null ? null : request.rights.operations(current.version, index);
  const count = operations?.length ?? 0;
  const release = current.version.release;
  const isOffered = count > 0 && operations?.every(({ admission }) => admission === null) === true;
  return html`<li class="card">
    <h2><a href="${apiPath(api)}">${titleOf(current)}</a></h2>
    ${text === '' ? null : html`<p>${text}</p>`}
    <p class="meta">
      ${api.collection === null ? null : html`<span class="chip">${api.collection}</span>`}
      ${release === null ? null : html`<span class="chip">${release}</span>`}
      ${isOffered ? html`<span class="chip">needs a subscription</span>` : null}
      <span
        >${
          operations === null
            ? 'no description published'
            : `${formatNumber(count, request.locale)} ${count === 1 ? 'operation' : 'operations'}`
        }</span
      >
      ${versions.length > 1 ? html`<span>${versions.length} versions</span>` : null}
    </p>
  </li>`;
}
