import type { Reply } from '../../gateway/http/reply.ts';
import type { NamedSchema } from '../../gateway/openapi/compile/compiled.ts';
import { namedSchema } from '../catalogue/document.ts';
import { apiPath, titleOf, type VisibleVersion } from '../catalogue/visible.ts';
import { html } from '../html.ts';
import type { PortalRequest } from '../portal-request.ts';
import { pageReply } from './layout.ts';
import { SchemaRenderer } from './schema.ts';

/** One named schema of an API. */
export function schemaPage(
  request: PortalRequest,
  visible: VisibleVersion,
  { name, schema }: NamedSchema,
): Reply {
  const { fetched } = visible;
  const path = apiPath(visible.api, visible.version);
  const schemas = new SchemaRenderer({
    apiPath: path,
    find: (id) => (fetched === null ? null : namedSchema(fetched, id)),
  });
  const body = html`<article>
    <p class="crumbs"><a href="${path}">${titleOf(visible)}</a></p>
    <h1>${name}</h1>
    ${schemas.render(schema)}
  </article>`;
  return pageReply(request, { title: name, body, current: apiPath(visible.api) });
}
