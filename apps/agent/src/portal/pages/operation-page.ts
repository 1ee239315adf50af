import type { Reply } from '../../gateway/http/reply.ts';
import type { ContentSlice, OperationSlice, ParameterSlice } from '../../gateway/openapi/compile/compiled.ts';
import { namedSchema } from '../catalogue/document.ts';
import { publicPrefix } from '../catalogue/sample-request.ts';
import { apiPath, titleOf } from '../catalogue/visible.ts';
import { html, type Html } from '../html.ts';
import { describeLimit } from '../limits.ts';
import type { PortalRequest } from '../portal-request.ts';
import { externalLink, renderDescription } from './description.ts';
import { pageReply } from './layout.ts';
import type { OperationView } from './operation-view.ts';
import { renderSamples } from './samples.ts';
import { SchemaRenderer } from './schema.ts';
import { tryForm } from './try-form.ts';

/** One operation: what it takes and returns, a form to try it, and code that calls it. */
export function operationPage(request: PortalRequest, view: OperationView): Reply {
  const { visible, operation, slice } = view;
  const { entry, admission } = operation;
  const limit = admission?.limit ?? null;
  const path = apiPath(visible.api, visible.version);
  const { fetched } = visible;
  const schemas = new SchemaRenderer({
    apiPath: path,
    find: (id) => (fetched === null ? null : namedSchema(fetched, id)),
  });
  const body = html`<article class="operation-page">
    <div class="reading">
      <p class="crumbs"><a href="${path}">${titleOf(visible)}</a></p>
      <h1>${entry.summary || entry.id}</h1>
      <p class="request-line">
        <span class="method" data-method="${entry.method}">${entry.method}</span>
        <code class="copyable">${publicPrefix(operation.place)}${entry.path}</code>
        ${entry.isDeprecated ? html`<span class="chip">deprecated</span>` : null}
        ${limit === null ? null : html`<span class="chip">${describeLimit(limit, request.locale)}</span>`}
      </p>
      ${slice.faults.length === 0 ? null : incomplete()} ${renderDescription(slice.description)}
      ${
        slice.externalDocs === null
          ? null
          : html`<p>
              ${externalLink(slice.externalDocs.url, slice.externalDocs.description || 'Further documentation')}
            </p>`
      }
      ${parameterSection(slice.parameters, schemas)} ${bodySection(slice.body, schemas)}
      ${responseSection(slice.responses, schemas)}
    </div>
    <aside class="doing" aria-label="Try it and code">
      ${tryForm(request, view)} ${renderSamples(request, view)}
    </aside>
  </article>`;
  return pageReply(request, { title: entry.summary || entry.id, body, current: apiPath(visible.api) });
}

function incomplete(): Html {
  return html`<p class="notice" role="note">
    This description is incomplete: parts of it could not be understood.
  </p>`;
}

function parameterSection(parameters: readonly ParameterSlice[], schemas: SchemaRenderer): Html | null {
  if (parameters.length === 0) return null;
  return html`<section aria-labelledby="parameters">
    <h2 id="parameters">Parameters</h2>
    <dl class="properties">
      ${parameters.map(
        ({ name, place, isRequired, isDeprecated, description, schema }) =>
          html`<div class="property">
            <dt>
              <code>${name}</code> <span class="place">in ${place}</span>
              ${isRequired ? html`<span class="required">required</span>` : null}
              ${isDeprecated ? html`<span class="chip">deprecated</span>` : null}
            </dt>
            <dd>
              ${schemas.render(schema)} ${description.length === 0 ? null : renderDescription(description, 3)}
            </dd>
          </div>`,
      )}
    </dl>
  </section>`;
}

function bodySection(body: OperationSlice['body'], schemas: SchemaRenderer): Html | null {
  if (body === null) return null;
  return html`<section aria-labelledby="body">
    <h2 id="body">Body ${body.isRequired ? html`<span class="required">required</span>` : null}</h2>
    ${renderDescription(body.description)} ${contents(body.contents, schemas)}
  </section>`;
}

function responseSection(responses: OperationSlice['responses'], schemas: SchemaRenderer): Html | null {
  if (responses.length === 0) return null;
  return html`<section aria-labelledby="responses">
    <h2 id="responses">Responses</h2>
    ${responses.map(
      ({ status, description, headers, contents: shown }, index) =>
        html`<details class="response" ${index === 0 ? html`open` : null}>
          <summary><span class="status" data-class="${status[0] ?? ''}">${status}</span></summary>
          ${renderDescription(description, 3)}
          ${
            headers.length === 0
              ? null
              : html`<dl class="properties">
                  ${headers.map(
                    (header) =>
                      html`<div class="property">
                        <dt><code>${header.name}</code> <span class="place">header</span></dt>
                        <dd>
                          ${schemas.render(header.schema)}
                          ${header.description.length === 0 ? null : renderDescription(header.description, 3)}
                        </dd>
                      </div>`,
                  )}
                </dl>`
          }
          ${contents(shown, schemas)}
        </details>`,
    )}
  </section>`;
}

function contents(shown: readonly ContentSlice[], schemas: SchemaRenderer): Html[] {
  return shown.map(
    ({ mediaType, schema, example }) =>
      html`<div class="content">
        <p class="media">${mediaType}</p>
        ${schemas.render(schema)}
        ${
          example === null
            ? null
            : html`<details>
                <summary>Example</summary>
                <pre tabindex="0"><code>${example}</code></pre>
              </details>`
        }
      </div>`,
  );
}
