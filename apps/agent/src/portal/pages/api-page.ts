import type { Reply } from '../../gateway/http/reply.ts';
import { offersFor } from '@portolan/resources/decide/offers';
import { publicOrigin, reachedRoutes } from '../public-origin.ts';
import { contentsOf, nameOf, shownBundles } from '../catalogue/own-catalogue.ts';
import type { PlanUse } from '../plan-use.ts';
import type { AdmittedOperation } from '../catalogue/rights.ts';
import { publicPrefix } from '../catalogue/sample-request.ts';
import { apiPath, titleOf, type VisibleApi, type VisibleVersion } from '../catalogue/visible.ts';
import { html, type Html } from '../html.ts';
import { describeLimit } from '../limits.ts';
import { formatTime } from '../formats.ts';
import type { PortalRequest } from '../portal-request.ts';
import { externalLink, renderDescription } from './description.ts';
import { bundleTitle } from '../catalogue/titles-and-paths.ts';
import { contentList } from './content-link.ts';
import { pageReply } from './layout.ts';
import { planLeft } from './plan-view.ts';
import { offeredPlans, type OfferedTarget } from './offered-plans.ts';

/** One version of an API: what it is, where it is, and its operations. */
export function apiPage(
  request: PortalRequest,
  { visible, all, uses }: { visible: VisibleVersion; all: VisibleApi; uses: readonly PlanUse[] },
): Reply {
  const { api, version, index } = visible;
  const path = apiPath(api, version);
  const operations = index === null ? [] : request.rights.operations(version, index);
  const body = html`<article>
    ${apiHeading(visible, all)} ${notices(request, visible)}
    ${api.description === '' ? null : html`<p class="lead">${api.description}</p>`}
    ${facts(request, visible, operations)} ${contentSection(request, visible)} ${useSection(request, uses)}
    ${offeredPlans(request, targetsOf(request, visible))}
    ${index === null || index.description.length === 0 ? null : renderDescription(index.description)}
    ${
      index === null
        ? html`<p class="empty">
            This API is published without a description. It works all the same: call it below its address.
          </p>`
        : operationList(path, operations, index.tags)
    }
    ${about(visible)}
  </article>`;
  return pageReply(request, { title: titleOf(visible), body, current: apiPath(api) });
}

function contentSection({ own }: PortalRequest, { api }: VisibleVersion): Html | null {
  return own === null ? null : contentList(contentsOf(own.entries, api.key));
}

/** What is offered for the API: by itself, and in bundles that hold it. */
function targetsOf({ own }: PortalRequest, visible: VisibleVersion): OfferedTarget[] {
  if (own === null) return [];
  const { api } = visible;
  const [first] = visible.version.routes;
  const bundles = shownBundles(own).filter(({ apis }) => apis.includes(api.key));
  return [
    ...(first === undefined ? [] : [{ ref: first.guard.api, title: titleOf(visible) }]),
    ...bundles.map((bundle) => ({ ref: bundle.source, title: bundleTitle(bundle) })),
  ].map((target) => ({ ...target, offers: offersFor(own.entries, own.items, target.ref.key) }));
}

/** Identities of the caller that may call the API, and the rest of their plans. */
function useSection({ locale, own }: PortalRequest, uses: readonly PlanUse[]): Html | null {
  const applied = uses.filter(({ isApplied }) => isApplied);
  if (own === null) return null;
  if (applied.length === 0)
    return html`<p class="notice" role="note">
      You can read this API. To call it, subscribe an application to one of its plans.
    </p>`;
  return html`<section aria-labelledby="left">
    <h2 id="left">Left now</h2>
    <ul class="uses">
      ${applied.map(
        (use) =>
          html`<li>
            ${
              use.application === null
                ? html`<strong>You</strong>`
                : html`<a href="/applications/${encodeURIComponent(use.application.source.name)}"
                    >${nameOf(use.application)}</a
                  >`
            }
            <span class="place">${use.terms?.title ?? 'no plan'}</span> ${planLeft(use, locale)}
          </li>`,
      )}
    </ul>
  </section>`;
}

/** Returns the name of the API, with a choice of versions where there are several. */
function apiHeading(visible: VisibleVersion, { api, versions }: VisibleApi): Html {
  return html`<div class="heading">
    <h1>${titleOf(visible)}</h1>
    ${visible.version.release === null ? null : html`<span class="chip">${visible.version.release}</span>`}
    ${versions.length > 1 ? versionChoice(visible, api, versions) : null}
  </div>`;
}

function versionChoice(
  visible: VisibleVersion,
  api: VisibleApi['api'],
  versions: VisibleApi['versions'],
): Html {
  const others = versions.filter(({ version }) => version !== visible.version);
  return html`<nav class="versions" aria-label="Versions">
    ${versions.map(({ version }) => {
      const label = [version.release, version.title].filter(Boolean).join(' – ') || version.name;
      return html`<a
        href="${apiPath(api, version)}"
        ${version === visible.version ? html`aria-current="page"` : null}
        >${label}${version.isCurrent ? html` <span class="chip">current</span>` : null}</a
      >`;
    })}
    ${others.map(
      ({ version }) =>
        html`<a
          class="changes"
          href="${apiPath(api, visible.version)}/changes?from=${encodeURIComponent(version.name ?? '')}"
          >Changes since ${version.release ?? version.name}</a
        >`,
    )}
  </nav>`;
}

function notices({ locale }: PortalRequest, { fetched, index }: VisibleVersion): Html | null {
  if (fetched === null || index === null) return null;
  return html`${
    fetched.isStale
      ? html`<p class="notice" role="note">
          This description is from ${formatTime(fetched.fetchedAt, locale)}; it could not be read again since.
        </p>`
      : null
  }${
    index.faults.length > 0
      ? html`<p class="notice" role="note">
          This description is incomplete: parts of it could not be understood. Operations concerned are
          marked.
        </p>`
      : null
  }`;
}

function facts(
  request: PortalRequest,
  { version, index, api }: VisibleVersion,
  operations: readonly AdmittedOperation[],
): Html {
  const addresses = [
    ...new Set(
      reachedRoutes(request, version).map(
        (place) =>
          `${publicOrigin(request, place.host, place.route.scheme)}${publicPrefix(place) || '/'}${place.guard.versionPrefix}`,
      ),
    ),
  ];
  const limit = operations.find(({ admission }) => admission?.limit)?.admission?.limit ?? null;
  return html`<dl class="facts">
    <div>
      <dt>Address</dt>
      <dd>${addresses.map((address) => html`<code class="copyable">${address}</code> `)}</dd>
    </div>
    ${
      limit === null
        ? null
        : html`<div>
            <dt>Limit</dt>
            <dd>${describeLimit(limit, request.locale)}</dd>
          </div>`
    }
    ${
      index === null
        ? null
        : html`<div>
            <dt>OpenAPI</dt>
            <dd>
              <a href="/api${apiPath(api, version)}" download="${api.name}.openapi.json">Download JSON</a>
            </dd>
          </div>`
    }
  </dl>`;
}

function operationList(
  path: string,
  operations: readonly AdmittedOperation[],
  tags: readonly { readonly name: string; readonly description: Parameters<typeof renderDescription>[0] }[],
): Html {
  const byTag = Map.groupBy(operations, ({ entry }) => entry.tags[0] ?? '');
  const order = [...tags.map(({ name }) => name), ...byTag.keys()];
  const names = [...new Set(order)].filter((name) => byTag.has(name));
  return html`<section aria-labelledby="operations">
    <h2 id="operations">Operations</h2>
    ${names.map((name) => {
      const tag = tags.find((each) => each.name === name);
      return html`${name === '' ? null : html`<h3>${name}</h3>`}
        ${tag === undefined || tag.description.length === 0 ? null : renderDescription(tag.description, 3)}
        <ul class="operations">
          ${(byTag.get(name) ?? []).map(({ entry }) => operationRow(path, entry))}
        </ul>`;
    })}
  </section>`;
}

function operationRow(path: string, entry: AdmittedOperation['entry']): Html {
  return html`<li class="${entry.isDeprecated ? 'operation deprecated' : 'operation'}">
    <a href="${path}/operations/${encodeURIComponent(entry.id)}">
      <span class="method" data-method="${entry.method}">${entry.method}</span> <code>${entry.path}</code>
      <span class="summary">${entry.summary}</span>
    </a>
    ${entry.isDeprecated ? html`<span class="chip">deprecated</span>` : null}
    ${entry.isIncomplete ? html`<span class="chip warn">incomplete</span>` : null}
  </li>`;
}

function about({ index }: VisibleVersion): Html | null {
  if (index === null) return null;
  const { contact, licence, termsOfService, version } = index;
  const parts = [
    version === '' ? null : html`<li>Document version ${version}</li>`,
    contact === null ? null : html`<li>Contact: ${linked(contact)}</li>`,
    licence === null ? null : html`<li>Licence: ${linked(licence)}</li>`,
    termsOfService === null ? null : html`<li>${externalLink(termsOfService, 'Terms of service')}</li>`,
  ];
  return parts.every((part) => part === null)
    ? null
    : html`<ul class="about">
        ${parts}
      </ul>`;
}

function linked({ name, url }: { readonly name: string; readonly url: string | null }): Html | string {
  return url === null ? name : externalLink(url, name || url);
}
