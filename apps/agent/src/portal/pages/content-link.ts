import type { CatalogueContent } from '@portolan/resources/model/catalogue';
import { safeUrl } from '../../gateway/openapi/compile/safe-url.ts';
import { contentPath } from '../catalogue/titles-and-paths.ts';
import { html, type Html } from '../html.ts';
import { externalLink } from './description.ts';

/** Links to the pages of something. A link elsewhere is one only to http, https and mailto. */
export function contentList(contents: readonly CatalogueContent[]): Html | null {
  if (contents.length === 0) return null;
  return html`<ul class="pages">
    ${contents.map((content) => html`<li>${contentLink(content)}</li>`)}
  </ul>`;
}

/** Renders a link to a page or to what it names elsewhere. */
export function contentLink(content: CatalogueContent, current = ''): Html {
  const { title, body } = content;
  if (body.kind === 'link') {
    const href = safeUrl(body.href);
    return href === null ? html`<span>${title}</span>` : externalLink(href, title);
  }
  const path = contentPath(content);
  return html`<a href="${path}" ${current === path ? html`aria-current="page"` : null}>${title}</a>`;
}
