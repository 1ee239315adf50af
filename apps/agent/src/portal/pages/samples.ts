import { publicOrigin } from '../public-origin.ts';
import { html, type Html } from '../html.ts';
import type { PortalRequest } from '../portal-request.ts';
import { codeSamples, CREDENTIAL_VARIABLE, type CodeSample } from '../samples/code.ts';
import { credentialPlace } from '../samples/credential.ts';
import { buildRequest, exampleValues, parameterField, type RequestValues } from '../try-it/request-model.ts';
import type { OperationView } from './operation-view.ts';

/** Code that calls the operation; samples of the document itself come first. */
export function renderSamples(request: PortalRequest, view: OperationView): Html | null {
  const samples = samplesOf(request, view);
  if (samples.length === 0) return null;
  return html`<section class="samples" aria-labelledby="code">
    <h2 id="code">Code</h2>
    <p>
      Set <code>${CREDENTIAL_VARIABLE}</code> to
      ${
        request.own === null || view.operation.admission?.as === 0
          ? html`one of <a href="/settings">your keys</a>`
          : html`a key of one of <a href="/applications">your applications</a>`
      }.
    </p>
    ${samples.map(
      ({ language, source }, index) =>
        html`<details name="sample" ${index === 0 ? html`open` : null}>
          <summary>${language}</summary>
          <pre class="copyable" tabindex="0"><code>${source}</code></pre>
        </details>`,
    )}
  </section>`;
}

function samplesOf(
  request: PortalRequest,
  { visible, operation, slice, tried }: OperationView,
): CodeSample[] {
  const { index } = visible;
  const values = filled(tried?.values ?? exampleValues(operation, slice), slice);
  const model = index === null ? null : buildRequest(operation, { index, slice }, values);
  if (model === null || 'problem' in model) return [...slice.samples];
  const { place } = operation;
  const made = codeSamples({
    ...model,
    origin: publicOrigin(request, place.host, place.route.scheme),
    credential: credentialPlace(place.guard.auth ?? request.router.model.apiAuth),
  });
  const given = new Set(slice.samples.map(({ language }) => language.toLowerCase()));
  return [...slice.samples, ...made.filter(({ language }) => !given.has(language.toLowerCase()))];
}

/** Code needs a value for everything that is required. */
function filled(values: RequestValues, { parameters }: OperationView['slice']): RequestValues {
  const required = parameters.filter(
    (parameter) => parameter.isRequired && (values.parameters.get(parameterField(parameter)) ?? '') === '',
  );
  if (required.length === 0) return values;
  const more = required.map(
    (parameter) => [parameterField(parameter), parameter.example ?? parameter.name] as const,
  );
  return { ...values, parameters: new Map([...values.parameters, ...more]) };
}
