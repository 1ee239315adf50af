import { apiPath } from '../catalogue/visible.ts';
import { nameOf, usableApplications } from '../catalogue/own-catalogue.ts';
import { html, type Html } from '../html.ts';
import { formatNumber } from '../formats.ts';
import type { PortalRequest } from '../portal-request.ts';
import { exampleValues, parameterField, type RequestValues } from '../try-it/request-model.ts';
import { SENDER_FIELD } from '../try-it/try-operation.ts';
import type { TryResult } from '../try-it/try-result.ts';
import type { ParameterSlice } from '../../gateway/openapi/compile/compiled.ts';
import type { OperationView } from './operation-view.ts';

/** Returns a form that sends the request as the signed-in user. It works without script; with it, the page stays where it is. */
export function tryForm(request: PortalRequest, view: OperationView): Html {
  const { visible, operation, slice, tried } = view;
  const { session } = request;
  if (session === null || session.isPreview)
    return html`<section class="try" aria-labelledby="try">
      <h2 id="try">Try it</h2>
      <p>
        Requests are sent as the signed-in user.
        ${session === null ? 'Sign in to try this operation.' : 'A preview sends none.'}
      </p>
    </section>`;
  if (operation.admission === null) return subscribeFirst(view);
  const values = tried?.values ?? exampleValues(operation, slice);
  const action = `${apiPath(visible.api, visible.version)}/operations/${encodeURIComponent(operation.entry.id)}`;
  return html`<section class="try" aria-labelledby="try">
    <h2 id="try">Try it</h2>
    <form method="post" action="${action}#result" data-try>
      ${slice.parameters.filter(({ place }) => place !== 'cookie').map((parameter) => field(parameter, values))}
      ${bodyField(slice.body, values)} ${sender(request, view)}
      <button class="primary">Send request</button>
    </form>
    <div id="result" class="result" aria-live="polite" tabindex="-1">
      ${tried === null ? null : renderResult(tried.result, request.locale)}
    </div>
  </section>`;
}

/** Shows the identity that sends the request; a choice when the caller has several. */
function sender({ own, session, rights }: PortalRequest, { visible, operation, tried }: OperationView): Html {
  const { version, index } = visible;
  const as = index === null ? [] : rights.callersOf(version, index, operation.entry);
  const applications = usableApplications(own);
  const names = as.map((place) => (place === 0 ? null : (applications[place - 1] ?? null)));
  const nameFor = (application: (typeof names)[number]): string =>
    application === null ? (session?.email ?? '') : nameOf(application);
  const [only = null] = names;
  if (names.length <= 1)
    return html`<p class="as">
      Sent as <strong>${nameFor(only)}</strong>, with
      ${only === null ? 'your rights and limits' : 'the rights and limits of this application'}.
    </p>`;
  return html`<div class="field">
    <label for="field-as">Send as</label>
    <select id="field-as" name="${SENDER_FIELD}">
      ${names.map((application) => {
        const value = application?.source.name ?? '';
        return html`<option value="${value}" ${tried?.sender === value ? html`selected` : null}>
          ${nameFor(application)}
        </option>`;
      })}
    </select>
  </div>`;
}

function subscribeFirst({ visible }: OperationView): Html {
  return html`<section class="try" aria-labelledby="try">
    <h2 id="try">Try it</h2>
    <p>No application of yours may call this operation yet.</p>
    <p><a class="button primary" href="${apiPath(visible.api)}#plans">See the plans</a></p>
  </section>`;
}

function field(parameter: ParameterSlice, { parameters }: RequestValues): Html {
  const name = parameterField(parameter);
  const id = `field-${name.replaceAll(/[^\w-]/g, '-')}`;
  const value = parameters.get(name) ?? '';
  const label = html`<label for="${id}"
    ><code>${parameter.name}</code> <span class="place">${parameter.place}</span>${
      parameter.isRequired ? html` <span class="required">required</span>` : null
    }</label
  >`;
  const { values } = parameter.schema;
  if (values !== undefined && parameter.schema.moreValues === undefined)
    return html`<div class="field">
      ${label}
      <select id="${id}" name="${name}" ${parameter.isRequired ? html`required` : null}>
        ${parameter.isRequired ? null : html`<option value=""></option>`}
        ${values.map(
          (option) => html`<option ${option === value ? html`selected` : null}>${option}</option>`,
        )}
      </select>
    </div>`;
  return html`<div class="field">
    ${label}
    <input
      id="${id}"
      name="${name}"
      value="${value}"
      placeholder="${parameter.schema.defaultValue ?? parameter.schema.type}"
      autocomplete="off"
      spellcheck="false"
      ${parameter.isRequired ? html`required` : null}
    />
  </div>`;
}

function bodyField(body: OperationView['slice']['body'], values: RequestValues): Html | null {
  if (body === null) return null;
  const types = body.contents.map(({ mediaType }) => mediaType);
  return html`<div class="field">
    <label for="field-body"
      >Body${body.isRequired ? html` <span class="required">required</span>` : null}</label
    >
    ${
      types.length > 1
        ? html`<select name="mediaType" aria-label="Media type">
            ${types.map(
              (type) => html`<option ${type === values.mediaType ? html`selected` : null}>${type}</option>`,
            )}
          </select>`
        : html`<span class="place">${types[0] ?? ''}</span
            ><input type="hidden" name="mediaType" value="${types[0] ?? ''}" />`
    }
    <textarea id="field-body" name="body" rows="8" spellcheck="false">${values.body ?? ''}</textarea>
  </div>`;
}

function renderResult(result: TryResult, locale: string): Html {
  if (result.kind === 'problem') return html`<p class="notice" role="alert">${result.message}</p>`;
  const { status, headers, text, bytes, isCut, durationMs } = result;
  return html`<p class="request-line">
      <span class="status" data-class="${String(status)[0] ?? ''}">${status}</span>
      <span>${formatNumber(Math.round(durationMs), locale)} ms</span>
      <span>${formatNumber(bytes, locale)} bytes${isCut ? ' and more' : ''}</span>
    </p>
    ${leftLine(headers)}
    <details>
      <summary>Headers</summary>
      <dl class="headers">
        ${headers.map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
    </details>
    ${
      text === null
        ? html`<p>The content is not text.</p>`
        : html`<pre tabindex="0"><code>${pretty(text, isCut)}</code></pre>`
    }`;
}

/** What the gateway says is left of the plan after this request. */
function leftLine(headers: readonly (readonly [string, string])[]): Html | null {
  const valueOf = (name: string): string | undefined =>
    headers.find(([known]) => known.toLowerCase() === name)?.[1];
  const parts = [
    [valueOf('x-quota-remaining'), 'left of the quota'],
    [valueOf('x-ratelimit-remaining'), 'left of the rate'],
  ].flatMap(([value, text]) => (value === undefined ? [] : [`${value} ${text}`]));
  return parts.length === 0 ? null : html`<p class="remaining">${parts.join(', ')}</p>`;
}

function pretty(text: string, isCut: boolean): string {
  if (isCut || !/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
