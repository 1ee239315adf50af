import type { Reply } from '../../gateway/http/reply.ts';
import { search, type SearchHit } from '../catalogue/search.ts';
import { apiPath, titleOf } from '../catalogue/visible.ts';
import { html, type Html } from '../html.ts';
import type { PortalRequest } from '../portal-request.ts';
import { pageReply } from './layout.ts';

const TEXT_LENGTH_MAX = 200;

/** What was found, as a page; as JSON for the search field. */
export function searchPage(request: PortalRequest): Reply {
  const text = (request.query.get('q') ?? '').slice(0, TEXT_LENGTH_MAX);
  const result = search(request, text);
  if (request.exchange.header('accept')?.startsWith('application/json') === true) return asJson(result.hits);
  const body = html`<h1>${text === '' ? 'Search' : html`Results for “${text}”`}</h1>
    ${
      result.hits.length === 0
        ? html`<p class="empty">
            ${text === '' ? 'Write the name of an operation, a path or a schema.' : 'Nothing that you may use was found.'}
          </p>`
        : html`<ul class="operations">
            ${result.hits.map((hit) => row(hit))}
          </ul>`
    }
    ${result.hasMore ? html`<p>There are more. Add another word.</p>` : null}`;
  return pageReply(request, { title: text === '' ? 'Search' : text, body });
}

function row({ visible, operation }: SearchHit): Html {
  const path = apiPath(visible.api, visible.version);
  if (operation === null)
    return html`<li class="operation">
      <a href="${path}"><span class="method">API</span> <span class="summary">${titleOf(visible)}</span></a>
    </li>`;
  const { entry } = operation;
  return html`<li class="operation">
    <a href="${path}/operations/${encodeURIComponent(entry.id)}">
      <span class="method" data-method="${entry.method}">${entry.method}</span> <code>${entry.path}</code>
      <span class="summary">${entry.summary}</span> <span class="in">${titleOf(visible)}</span>
    </a>
  </li>`;
}

function asJson(hits: readonly SearchHit[]): Reply {
  const items = hits.slice(0, 12).map(({ visible, operation }) => {
    const path = apiPath(visible.api, visible.version);
    const api = titleOf(visible);
    if (operation === null) return { href: path, method: 'API', path: '', summary: api, api };
    const { id, method, path: template, summary } = operation.entry;
    return { href: `${path}/operations/${encodeURIComponent(id)}`, method, path: template, summary, api };
  });
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
    body: JSON.stringify({ items }),
  };
}
