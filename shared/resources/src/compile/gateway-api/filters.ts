import type {
  HeaderModifier,
  HttpRouteFilter,
  HttpRouteMatch,
  PathModifier,
} from '../../kinds/gateway-shapes.ts';
import type { HeaderChange } from '../../model/headers.ts';
import type { Middleware, MiddlewareSpec, SecurityHeaders } from '../../model/middleware.ts';
import { escapeRegex } from '../../rules/regex.ts';
import type { Reader } from '../reader.ts';
import { middlewaresByReference } from '../traefik/attach.ts';
import type { Resolved } from '../unit.ts';

/** Returns the middlewares of filters; one that is not supported refuses, as it may be what the rule is for. */
export function filtersOf(
  filters: readonly HttpRouteFilter[],
  match: HttpRouteMatch,
  { reader, field }: { readonly reader: Reader; readonly field: string },
): Resolved<readonly Middleware[]> {
  const all: Middleware[] = [];
  for (const [index, filter] of filters.entries()) {
    const made = filterOf(filter, match, { reader, field: `${field}[${index}]` });
    if (!made.ok) return made;
    all.push(...made.value);
  }
  return { ok: true, value: all };
}

function filterOf(
  filter: HttpRouteFilter,
  match: HttpRouteMatch,
  { reader, field }: { readonly reader: Reader; readonly field: string },
): Resolved<readonly Middleware[]> {
  const one = (spec: MiddlewareSpec): Resolved<readonly Middleware[]> => ({
    ok: true,
    value: [{ source: reader.self, ...spec }],
  });
  switch (filter.type) {
    case 'RequestHeaderModifier':
      return one(headers(changeOf(filter.requestHeaderModifier), NO_CHANGE));
    case 'ResponseHeaderModifier':
      return one(headers(NO_CHANGE, changeOf(filter.responseHeaderModifier)));
    case 'RequestRedirect': {
      const { scheme, hostname, path, port, statusCode = 302 } = filter.requestRedirect ?? {};
      const rewrite = path === undefined ? null : rewriteOf(path, match);
      return one({
        kind: 'redirectTo',
        scheme: scheme ?? null,
        hostname: hostname ?? null,
        port: port ?? null,
        path: rewrite,
        status: statusCode,
      });
    }
    case 'URLRewrite': {
      const { hostname, path } = filter.urlRewrite ?? {};
      if (hostname !== undefined)
        return refuse('URLRewrite.hostname', 'the Host of requests is not rewritten', field, reader);
      return path === undefined ? { ok: true, value: [] } : one(rewriteOf(path, match));
    }
    case 'ExtensionRef': {
      const { group, kind, name } = filter.extensionRef ?? { group: '', kind: '', name: '' };
      if (group === 'traefik.io' && kind === 'Middleware')
        return middlewaresByReference(reader, [{ name }], `${field}.extensionRef`);
      return refuse(
        `ExtensionRef to ${kind}`,
        'only Middlewares of traefik.io can be referenced',
        field,
        reader,
      );
    }
    default:
      return refuse(filter.type, 'this filter is not supported', field, reader);
  }
}

/** Reports a filter by its name. */
export function refuse(name: string, why: string, field: string, reader: Reader): Resolved<never> {
  const reason = `${name}: ${why}`;
  const fix = 'remove the filter';
  reader.error('unsupported', field, { message: `${reason}; requests of the rule get 500`, fix });
  return { ok: false, reason, fix };
}

type Rewrite = Extract<MiddlewareSpec, { kind: 'replacePath' | 'replacePathRegex' }>;

function rewriteOf(path: PathModifier, match: HttpRouteMatch): Rewrite {
  if (path.type === 'ReplaceFullPath') return { kind: 'replacePath', path: path.replaceFullPath ?? '/' };
  const prefix = (match.path?.value ?? '/').replace(/\/+$/, '');
  const replacement = (path.replacePrefixMatch ?? '/').replace(/\/+$/, '');
  return {
    kind: 'replacePathRegex',
    regex: `^${escapeRegex(prefix)}/*(/.*)?$`,
    replacement: `${replacement.replaceAll('$', '$$$$')}$1`,
  };
}

const NO_CHANGE: HeaderChange = { set: {}, delete: [] };

function changeOf({ set = [], add = [], remove = [] }: HeaderModifier = {}): HeaderChange {
  const entries = (list: typeof set): Record<string, string> =>
    Object.fromEntries(list.map(({ name, value }) => [name, value]));
  return { set: entries(set), delete: remove, ...(add.length === 0 ? {} : { add: entries(add) }) };
}

function headers(request: HeaderChange, response: HeaderChange): MiddlewareSpec {
  return { kind: 'headers', request, response, cors: null, security: NO_SECURITY };
}

const NO_SECURITY: SecurityHeaders = {
  sslRedirect: false,
  stsSeconds: 0,
  stsIncludeSubdomains: false,
  stsPreload: false,
  forceStsHeader: false,
  frameDeny: false,
  customFrameOptionsValue: null,
  contentTypeNosniff: false,
  browserXssFilter: false,
  contentSecurityPolicy: null,
  referrerPolicy: null,
  permissionsPolicy: null,
};
