import type { CatalogueContent } from '@portolan/resources/model/catalogue';
import { parsePage, plainText, type Block } from '../../gateway/openapi/compile/description.ts';
import type { Reply } from '../../gateway/http/reply.ts';
import { html } from '../html.ts';
import type { PortalRequest } from '../portal-request.ts';
import { contentPath } from '../catalogue/titles-and-paths.ts';
import { renderDescription } from './description.ts';
import { pageReply } from './layout.ts';

const parsed = new WeakMap<CatalogueContent, readonly Block[]>();

/** Returns a page that was written for a portal, an API or a bundle. */
export function contentPage(
  request: PortalRequest,
  content: CatalogueContent,
  parent: { readonly path: string; readonly title: string },
): Reply {
  const { title, body } = content;
  const text = body.kind === 'markdown' ? body.text : '';
  let tree = parsed.get(content);
  if (tree === undefined) parsed.set(content, (tree = parsePage(text)));
  // The title is the heading of the page; a text that begins with it says it once.
  const [first, ...rest] = tree;
  const isTitle = first?.kind === 'heading' && plainText([first], title.length + 1) === title.trim();
  return pageReply(request, {
    title,
    current: contentPath(content),
    body: html`<article>
      <p class="crumbs"><a href="${parent.path}">${parent.title}</a></p>
      <h1>${title}</h1>
      ${renderDescription(isTitle ? rest : tree, 1)}
    </article>`,
  });
}
