import { emptyReply, type Reply } from '../../gateway/http/reply.ts';
import { assetUrl, themeUrl } from '../assets.ts';
import { contentsOf, shownBundles } from '../catalogue/own-catalogue.ts';
import { apiPath, titleOf, visibleApis } from '../catalogue/visible.ts';
import { html, type Html } from '../html.ts';
import type { PortalRequest } from '../portal-request.ts';
import { bundlePath, bundleTitle, portalTitle } from '../catalogue/titles-and-paths.ts';
import { contentLink } from './content-link.ts';

/**
 * Fields of every page. Nothing but the portal's own files is loaded, no other site frames or reads a page, and no copy of it is kept:
 * what it shows is for one caller.
 */
const PAGE_FIELDS = [
  'Content-Type',
  'text/html; charset=utf-8',
  'Content-Security-Policy',
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'Cache-Control',
  'no-store',
  'X-Robots-Tag',
  'noindex, nofollow',
  'X-Content-Type-Options',
  'nosniff',
  'Referrer-Policy',
  'same-origin',
  'Cross-Origin-Opener-Policy',
  'same-origin',
  'Cross-Origin-Resource-Policy',
  'same-origin',
  'Permissions-Policy',
  'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'Vary',
  'Cookie, Accept-Language',
];

export interface PageContent {
  readonly title: string;
  readonly body: Html;
  readonly status?: number;
  /** Path that the list of APIs marks as the current one. */
  readonly current?: string;
  /** Further response fields. */
  readonly headers?: readonly string[];
  /** The page as wide as the window: without the list of APIs. */
  readonly isWide?: boolean;
}

/** Makes a page for a signed-in caller. */
export function pageReply(
  request: PortalRequest,
  { title, body, current, isWide, ...rest }: PageContent,
): Reply {
  const { portal } = request;
  const markup = document({
    title: `${title} · ${portalTitle(request)}`,
    portal,
    body: html`<a class="skip" href="#main">Skip to content</a>
      ${header(request)} ${previewBanner(request)}
      <div class="frame">
        ${isWide === true ? null : apiList(request, current ?? '')}
        <main id="main" tabindex="-1">${body}</main>
      </div>`,
  });
  return reply(markup, rest);
}

/** Returns a page for visitors who are not signed in: it names only the portal. */
export function strangerReply(
  portal: PortalRequest['portal'],
  { title, body, ...rest }: Omit<PageContent, 'current' | 'isWide'>,
): Reply {
  const shown = portal.title || portal.source.name;
  const logo =
    portal.logoUrl === null
      ? null
      : html`<img class="logo" src="/_portal/logo" alt="" width="48" height="48" />`;
  const markup = document({
    title: `${title} · ${shown}`,
    portal,
    body: html`<main class="stranger" id="main">
      ${logo}
      <p class="stranger-title">${shown}</p>
      ${body}
    </main>`,
  });
  return reply(markup, rest);
}

/** Sends the browser to a path of the portal. */
export function seeOther(path: string, headers: readonly string[] = []): Reply {
  return emptyReply(303, ['Location', path, 'Cache-Control', 'no-store', ...headers]);
}

function reply(markup: Html, { status = 200, headers = [] }: Pick<PageContent, 'status' | 'headers'>): Reply {
  return { status, headers: [...PAGE_FIELDS, ...headers], body: `<!doctype html>\n${markup.toString()}` };
}

function document(parts: {
  readonly title: string;
  readonly portal: PortalRequest['portal'];
  readonly body: Html;
}): Html {
  return html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${parts.title}</title>
      <link rel="stylesheet" href="${assetUrl('tokens.css')}" />
      <link rel="stylesheet" href="${assetUrl('portal.css')}" />
      <link rel="stylesheet" href="${themeUrl(parts.portal.theme)}" />
      <link rel="icon" href="${parts.portal.logoUrl === null ? assetUrl('icon.svg') : '/_portal/logo'}" />
      <script type="module" src="${assetUrl('main.js')}"></script>
    </head>
    <body>
      ${parts.body}
    </body>
  </html>`;
}

function header(request: PortalRequest): Html {
  const { portal, session, query, exchange } = request;
  const isSearch = exchange.path === '/search';
  return html`<header class="top">
    <a class="brand" href="/">
      ${portal.logoUrl === null ? null : html`<img src="/_portal/logo" alt="" width="28" height="28" />`}<span
        >${portalTitle(request)}</span
      >
    </a>
    <form class="search" role="search" action="/search">
      <input
        type="search"
        name="q"
        value="${isSearch ? (query.get('q') ?? '') : ''}"
        placeholder="Search APIs, operations and pages"
        aria-label="Search"
        aria-keyshortcuts="/"
        autocomplete="off"
        maxlength="200"
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
    <nav class="links" aria-label="Portal">
      <a href="/" ${exchange.path === '/' ? html`aria-current="page"` : null}>APIs</a>
      ${
        request.own === null
          ? navLink(request, '/settings', 'Keys')
          : navLink(request, '/applications', 'Applications')
      }
    </nav>
    ${
      session === null
        ? null
        : html`<form class="account" method="post" action="/logout">
            <span class="who">${session.name || session.email}</span>
            <button class="plain">Sign out</button>
          </form>`
    }
  </header>`;
}

function navLink({ exchange }: PortalRequest, path: string, text: string): Html {
  return html`<a href="${path}" ${exchange.path.startsWith(path) ? html`aria-current="page"` : null}
    >${text}</a
  >`;
}

function previewBanner({ session }: PortalRequest): Html | null {
  if (session?.isPreview !== true) return null;
  return html`<form class="banner" method="post" action="/logout" role="status">
    <span>Preview: this is what <strong>${session.email}</strong> sees. Nothing can be changed.</span>
    <button class="plain">End preview</button>
  </form>`;
}

function apiList(request: PortalRequest, current: string): Html {
  const apis = visibleApis(request);
  const collections = Map.groupBy(apis, ({ api }) => api.collection);
  const list = (of: typeof apis): Html =>
    html`<ul>
      ${of.map(({ api, current: version }) => {
        const path = apiPath(api);
        return html`<li>
          <a href="${path}" ${current === path ? html`aria-current="page"` : null}>${titleOf(version)}</a>
        </li>`;
      })}
    </ul>`;
  const named = [...collections].flatMap(([name, of]) => (name === null ? [] : [{ name, of }]));
  return html`<nav class="apis" aria-label="APIs">
    ${pageList(request, current)} ${bundleList(request, current)}
    ${named
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .map(
        ({ name, of }) =>
          html`<h2>${name}</h2>
            ${list(of)}`,
      )}
    ${named.length > 0 && collections.has(null) ? html`<h2>Other APIs</h2>` : null}
    ${request.own !== null ? html`<h2>APIs</h2>` : null} ${list(collections.get(null) ?? [])}
  </nav>`;
}

function pageList({ own, portal }: PortalRequest, current: string): Html | null {
  const contents = own === null ? [] : contentsOf(own.entries, portal.source.key);
  if (contents.length === 0) return null;
  return html`<h2>Pages</h2>
    <ul>
      ${contents.map((content) => html`<li>${contentLink(content, current)}</li>`)}
    </ul>`;
}

function bundleList({ own }: PortalRequest, current: string): Html | null {
  const bundles = own === null ? [] : shownBundles(own);
  if (bundles.length === 0) return null;
  return html`<h2>Bundles</h2>
    <ul>
      ${bundles.map((bundle) => {
        const path = bundlePath(bundle);
        return html`<li>
          <a href="${path}" ${current === path ? html`aria-current="page"` : null}>${bundleTitle(bundle)}</a>
        </li>`;
      })}
    </ul>`;
}
