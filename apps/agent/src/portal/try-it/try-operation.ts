import type { Gateway } from '../../gateway/gateway.ts';
import type { OperationSlice } from '../../gateway/openapi/compile/compiled.ts';
import type { Identity } from '@portolan/resources/model/request';
import { identityOf, usableApplications } from '../catalogue/own-catalogue.ts';
import type { AdmittedOperation } from '../catalogue/rights.ts';
import type { VisibleVersion } from '../catalogue/visible.ts';
import type { PortalRequest } from '../portal-request.ts';
import { relay } from './relay.ts';
import { buildRequest, parameterField, type RequestValues } from './request-model.ts';
import type { TryResult } from './try-result.ts';
import type { TryTokens } from './try-tokens.ts';

/** Field of the form that names the application a request is sent as; empty: the user. */
export const SENDER_FIELD = 'as';

interface Attempt {
  readonly visible: VisibleVersion;
  readonly operation: AdmittedOperation;
  readonly slice: OperationSlice;
  readonly form: URLSearchParams;
}

/** Sends an operation's request with the values of a form, as the signed-in user. */
export async function tryOperation(
  request: PortalRequest,
  { visible, operation, slice, form }: Attempt,
  { gateway, tokens }: { readonly gateway: Gateway; readonly tokens: TryTokens },
): Promise<{ values: RequestValues; result: TryResult; sender: string }> {
  const sender = form.get(SENDER_FIELD) ?? '';
  const values: RequestValues = {
    parameters: new Map(
      slice.parameters.map((parameter) => [
        parameterField(parameter),
        form.get(parameterField(parameter)) ?? '',
      ]),
    ),
    mediaType: mediaTypeOf(slice, form),
    // Forms send line ends as CR LF (HTML §4.10.21.8).
    body: form.get('body')?.replaceAll('\r\n', '\n') ?? null,
  };
  const { session, exchange } = request;
  const { index } = visible;
  if (session === null || session.isPreview || index === null)
    return { values, sender, result: { kind: 'problem', message: 'Sign in to send requests.' } };
  const identity = senderOf(request, operation, sender);
  if (identity === null)
    return {
      values,
      sender,
      result: { kind: 'problem', message: 'No application of yours may call this operation.' },
    };
  const model = buildRequest(operation, { index, slice }, values);
  if ('problem' in model) return { values, sender, result: { kind: 'problem', message: model.problem } };
  const { place } = operation;
  const token = tokens.mint(identity, session.id);
  const gone = new AbortController();
  const onClose = (): void => gone.abort();
  exchange.res.once('close', onClose);
  try {
    const { address, port } = exchange.client;
    const result = await relay(model, {
      door: gateway,
      host: place.host,
      scheme: place.route.scheme ?? 'http',
      client: { address, port },
      token,
      signal: gone.signal,
    });
    return { values, result, sender };
  } finally {
    exchange.res.off('close', onClose);
    tokens.revoke(token);
  }
}

/** Returns the application that the form names, else who may call; the gateway decides once more. */
function senderOf(
  { caller, own }: PortalRequest,
  { admission }: AdmittedOperation,
  name: string,
): Identity | null {
  const named = usableApplications(own).find(({ source }) => source.name === name);
  if (named !== undefined) return identityOf(named);
  return admission === null ? null : (caller.identities[admission.as] ?? null);
}

function mediaTypeOf({ body }: OperationSlice, form: URLSearchParams): string | null {
  const types = body?.contents.map(({ mediaType }) => mediaType) ?? [];
  const wanted = form.get('mediaType');
  return types.find((type) => type === wanted) ?? types[0] ?? null;
}
