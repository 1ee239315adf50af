import type {
  DocumentIndex,
  OperationSlice,
  ParameterSlice,
} from '../../gateway/openapi/compile/compiled.ts';
import type { AdmittedOperation } from '../catalogue/rights.ts';
import { conditionsOf, publicPath, publicPrefix } from '../catalogue/sample-request.ts';

/** A request to an operation, as it is sent by a portal and written as code. It holds no credential. */
export interface RequestModel {
  readonly method: string;
  /** Encoded path and query, from the root of the API's host. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | null;
}

/** What a caller fills in: parameters by `place name`, and a body. */
export interface RequestValues {
  readonly parameters: ReadonlyMap<string, string>;
  readonly mediaType: string | null;
  readonly body: string | null;
}

/** Returns the name of a parameter's field in forms. */
export function parameterField({ place, name }: Pick<ParameterSlice, 'place' | 'name'>): string {
  return `${place} ${name}`;
}

/** Returns values that show how the operation is used: examples of what is required, and of the body. */
export function exampleValues(
  { entry, place, request }: AdmittedOperation,
  slice: OperationSlice,
): RequestValues {
  const content = slice.body?.contents[0];
  const inPath = admittedPathValues(entry.path, publicPrefix(place), request.path);
  const values = slice.parameters.flatMap((parameter): [string, string][] => {
    const admitted = parameter.place === 'path' ? inPath.get(parameter.name) : undefined;
    const value = admitted ?? (parameter.isRequired ? (parameter.example ?? '') : '');
    return [[parameterField(parameter), value]];
  });
  return {
    parameters: new Map(values),
    mediaType: content?.mediaType ?? null,
    body: content?.example ?? null,
  };
}

/** Returns the values that the path of an admitted request has at the places of a template's parameters. */
function admittedPathValues(template: string, prefix: string, path: string): ReadonlyMap<string, string> {
  const wanted = template.split('/');
  // The end of the path is the template's; what is before it are prefixes.
  const given = path.split('/').slice(-wanted.length + 1);
  const values = new Map<string, string>();
  if (!path.startsWith(prefix)) return values;
  wanted.slice(1).forEach((segment, at) => {
    const name = /^\{([^{}]+)\}$/.exec(segment)?.[1];
    const value = given[at];
    if (name !== undefined && value !== undefined) values.set(name, decode(value));
  });
  return values;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Why values make no request, for the caller. */
export interface UnusableValues {
  readonly problem: string;
}

/** Builds the request of an operation from values; the operation's own parameters only, wherever they go. */
export function buildRequest(
  operation: AdmittedOperation,
  { index, slice }: { readonly index: Pick<DocumentIndex, 'basePath'>; readonly slice: OperationSlice },
  { parameters, mediaType, body }: RequestValues,
): RequestModel | UnusableValues {
  const { entry, place } = operation;
  const valueOf = (parameter: ParameterSlice): string => parameters.get(parameterField(parameter)) ?? '';
  const missing = slice.parameters.find((parameter) => parameter.isRequired && valueOf(parameter) === '');
  if (missing !== undefined) return { problem: `${missing.name} is required.` };
  // A segment that is all dots would lead elsewhere (RFC 3986 §5.2.4), escaped or not.
  const dots = slice.parameters.find(
    (parameter) => parameter.place === 'path' && /^\.{1,2}$/.test(valueOf(parameter)),
  );
  if (dots !== undefined)
    return { problem: `${dots.name} cannot be ${valueOf(dots)}, which means another path.` };
  const conditions = conditionsOf(place);
  const path = entry.path.replaceAll(/\{([^{}]+)\}/g, (_whole, name: string) =>
    encodeURIComponent(parameters.get(parameterField({ place: 'path', name })) ?? ''),
  );
  const given = slice.parameters.filter((parameter) => valueOf(parameter) !== '');
  const query = new URLSearchParams(
    [...conditions.parameters].map(([name, value]): [string, string] => [name, value]),
  );
  for (const parameter of given)
    if (parameter.place === 'query') query.append(parameter.name, valueOf(parameter));
  const whole = given.find((parameter) => parameter.place === 'querystring');
  const search = [query.toString(), whole === undefined ? '' : valueOf(whole)]
    .filter((part) => part !== '')
    .join('&');
  const headers = given.filter((parameter) => parameter.place === 'header' && mayBeSent(parameter.name));
  const hasBody = slice.body !== null && body !== null && body !== '';
  return {
    method: entry.method,
    target: `${publicPath(place, index, path)}${search === '' ? '' : `?${search}`}`,
    headers: [
      ...conditions.headers,
      ...(hasBody && mediaType !== null ? [['Content-Type', mediaType] as const] : []),
      ...headers.map((parameter) => [parameter.name, valueOf(parameter)] as const),
    ],
    body: hasBody ? body : null,
  };
}

/** Fields that are the connection's, the caller's identity or the gateway's own. */
const NEVER_SENT =
  /^(?:host|connection|content-length|content-type|transfer-encoding|te|trailer|upgrade|expect|keep-alive|authorization|cookie|origin|referer|forwarded|x-forwarded-.*|x-real-ip|proxy-.*|sec-.*)$/i;

function mayBeSent(name: string): boolean {
  return /^[!#$%&'*+.^_`|~\w-]{1,100}$/.test(name) && !NEVER_SENT.test(name);
}
