import type { Reply } from '../../gateway/http/reply.ts';
import { safeUrl } from '../../gateway/openapi/compile/safe-url.ts';
import { apiPath, titleOf } from '../catalogue/visible.ts';
import { html, type Html } from '../html.ts';
import type { PortalRequest } from '../portal-request.ts';
import { search, type SearchHit } from '../search/search.ts';
import { bundlePath, bundleTitle, contentPath } from '../catalogue/titles-and-paths.ts';
import { externalLink } from './description.ts';
import { pageReply } from './layout.ts';

const TEXT_LENGTH_MAX = 200;
const SUGGESTIONS_MAX = 12;

/** Returns search results: a page, or JSON for the search field. */
export function searchPage(request: PortalRequest): Reply {
  const text = (request.query.get('q') ?? '').slice(0, TEXT_LENGTH_MAX);
  const { hits, hasMore } = search(request, text);
  const rows = hits.map(rowOf);
  if (request.exchange.header('accept')?.startsWith('application/json') === true) return asJson(rows);
  const body = html`<h1>${text === '' ? 'Search' : html`Results for “${text}”`}</h1>
    ${
      rows.length === 0
        ? html`<p class="empty">
            ${text === '' ? 'Write the name of an operation, a path, a schema or a page.' : 'Nothing that you may use was found.'}
          </p>`
        : html`<ul class="operations">
            ${rows.map(renderRow)}
          </ul>`
    }
    ${hasMore ? html`<p>There are more. Add another word.</p>` : null}`;
  return pageReply(request, { title: text === '' ? 'Search' : text, body });
}

/** A line of the results, on the page and below the search field. */
interface Row {
  readonly href: string;
  /** Method of an operation; else what kind of thing it is. */
  readonly method: string;
  /** Path of an operation, or empty. */
  readonly path: string;
  readonly summary: string;
  /** API of an operation, or what a page belongs to. */
  readonly api: string;
}

function rowOf(hit: SearchHit): Row {
  switch (hit.kind) {
    case 'api': {
      const title = titleOf(hit.visible);
      return {
        href: apiPath(hit.visible.api, hit.visible.version),
        method: 'API',
        path: '',
        summary: title,
        api: title,
      };
    }
    case 'operation': {
      const { visible, operation } = hit;
      const { id, method, path, summary } = operation.entry;
      const href = `${apiPath(visible.api, visible.version)}/operations/${encodeURIComponent(id)}`;
      return { href, method, path, summary, api: titleOf(visible) };
    }
    case 'bundle':
      return {
        href: bundlePath(hit.bundle),
        method: 'Bundle',
        path: '',
        summary: bundleTitle(hit.bundle),
        api: '',
      };
    case 'content': {
      const { content, parentTitle } = hit;
      const { title, body } = content;
      return body.kind === 'markdown'
        ? { href: contentPath(content), method: 'Page', path: '', summary: title, api: parentTitle }
        : { href: safeUrl(body.href) ?? '', method: 'Link', path: '', summary: title, api: parentTitle };
    }
  }
}

function renderRow({ href, method, path, summary, api }: Row): Html {
  if (method === 'Link')
    return html`<li class="operation">
      <span class="method">Link</span>
      ${href === '' ? summary : externalLink(href, summary)} <span class="in">${api}</span>
    </li>`;
  const isOperation = path !== '';
  return html`<li class="operation">
    <a href="${href}">
      <span class="method" ${isOperation ? html`data-method="${method}"` : null}>${method}</span>
      ${isOperation ? html`<code>${path}</code>` : null} <span class="summary">${summary}</span>
      ${method === 'API' ? null : html`<span class="in">${api}</span>`}
    </a>
  </li>`;
}

function asJson(rows: readonly Row[]): Reply {
  return {
    status: 200,
    headers: [
      'Content-Type',
      'application/json',
      'Cache-Control',
      'no-store',
      'X-Content-Type-Options',
      'nosniff',
    ],
    body: JSON.stringify({ items: rows.filter(({ href }) => href !== '').slice(0, SUGGESTIONS_MAX) }),
  };
}
