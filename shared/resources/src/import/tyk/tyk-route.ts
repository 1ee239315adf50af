import type { MiddlewareSpecObject } from '../../kinds/middleware.ts';
import { parseUpstreamUrl } from '../addresses.ts';
import type { ImportedAccess, ImportedRoute, ImportedTokenIssuer, ImportedUpstream } from '../imported.ts';
import type { Losses } from '../losses.ts';
import { allOf, hostCondition, quoted } from '../host-condition.ts';
import type { TykRights } from './tyk-rights.ts';

export interface TykContext {
  readonly rights: TykRights;
  readonly losses: Losses;
}

/** An API of either form: its routes, and where they lead. */
export interface TykApi {
  readonly routes: readonly ImportedRoute[];
  readonly upstreams: readonly ImportedUpstream[];
}

/** Where an API listens. */
export interface TykListener {
  readonly path: string;
  readonly isStripped: boolean;
  readonly domain: string | undefined;
}

/** Returns the condition of a listen path; one that ends in a slash takes the path without it too. */
export function listenCondition({ path, domain }: TykListener, suffix = ''): string {
  const whole = `${path.replace(/\/$/, '')}${suffix}`;
  const isOpenEnded = path.endsWith('/') && whole !== '';
  const prefix = isOpenEnded
    ? `(PathPrefix(${quoted(`${whole}/`)}) || Path(${quoted(whole)}))`
    : `PathPrefix(${quoted(whole === '' ? '/' : whole)})`;
  return allOf([domain === undefined || domain === '' ? null : hostCondition(domain), prefix]);
}

/** Returns why a listen path cannot be kept, or null. */
export function listenFault(path: string): string | null {
  if (!path.startsWith('/')) return 'is not absolute';
  return /[{}*]/.test(path) ? 'has a pattern, which prefixes do not have' : null;
}

/** Returns the middlewares that make the path of a request that of the upstream. */
export function pathMiddlewares(
  { path, isStripped }: TykListener,
  upstreamPath: string,
  suffix = '',
): readonly MiddlewareSpecObject[] {
  const prefix = `${isStripped ? path.replace(/\/$/, '') : ''}${suffix}`;
  return [
    ...(prefix === '' ? [] : [{ stripPrefix: { prefixes: [prefix] } }]),
    ...(upstreamPath === '' ? [] : [{ addPrefix: { prefix: upstreamPath } }]),
  ];
}

/** Returns an upstream of one or several URLs, and the path before those of requests; null when none is of HTTP. */
export function upstreamOf(
  name: string,
  urls: readonly { readonly url: string; readonly weight: number }[],
  options: { readonly path: string; readonly passHostHeader: boolean; readonly losses: Losses },
): { readonly upstream: ImportedUpstream; readonly prefix: string } | null {
  const { path, passHostHeader, losses } = options;
  const addresses = urls.flatMap(({ url, weight }) => parseUpstreamUrl(url, weight) ?? []);
  const [first] = addresses;
  if (first === undefined) return null;
  if (
    addresses.length < urls.length ||
    addresses.some((each) => each.scheme !== first.scheme || each.path !== first.path)
  )
    losses.add('ignored', path, 'targets of another scheme or path than the first are left out');
  const same = addresses.filter((each) => each.scheme === first.scheme && each.path === first.path);
  return {
    prefix: first.path,
    upstream: { name, path, scheme: first.scheme, targets: same.map(({ target }) => target), passHostHeader },
  };
}

/** Returns the access of signed tokens: `source` is the URL of a key set, or a key in base64. */
export function tokenAccess(
  source: string,
  {
    method,
    path,
    hidesCredentials,
  }: { readonly method: string; readonly path: string; readonly hidesCredentials: boolean },
): ImportedAccess | null {
  if (source === '') return null;
  const decoded = Buffer.from(source, 'base64').toString('utf8');
  const url = [source, decoded].find((text) => /^https?:\/\//.test(text));
  const issuer = (key: ImportedTokenIssuer['key']): ImportedAccess => ({
    kind: 'jwt',
    issuer: { issuer: null, path, key },
    hidesCredentials,
  });
  if (url !== undefined) return issuer({ kind: 'keySet', url });
  if (method === 'hmac') return issuer({ kind: 'secret', secret: { path, value: decoded }, isBase64: false });
  const pem = [source, decoded].find((text) => text.includes('-----BEGIN PUBLIC KEY-----'));
  return pem === undefined ? null : issuer({ kind: 'public', pem });
}

/** Returns the limit of all callers of an API together. */
export function globalLimit(rate: number, per: number): readonly MiddlewareSpecObject[] {
  if (rate <= 0 || per <= 0) return [];
  return [
    {
      rateLimit: {
        average: Math.max(1, Math.round(rate)),
        period: `${per}s`,
        burst: Math.max(1, Math.round(rate)),
        sourceCriterion: { requestHost: true },
      },
    },
  ];
}

/** The fields of CORS, by the names that a Middleware gives them. */
export function corsOf(cors: {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly allowsCredentials: boolean;
  readonly maxAge: number;
}): MiddlewareSpecObject {
  return {
    headers: {
      accessControlAllowOriginList: [...cors.origins],
      accessControlAllowMethods: [...cors.methods],
      accessControlAllowHeaders: [...cors.headers],
      ...(cors.exposed.length === 0 ? {} : { accessControlExposeHeaders: [...cors.exposed] }),
      ...(cors.allowsCredentials ? { accessControlAllowCredentials: true } : {}),
      ...(cors.maxAge > 0 ? { accessControlMaxAge: cors.maxAge } : {}),
      addVaryHeader: true,
    },
  };
}

/** The parts of a route that both forms of an API have alike. */
export function routeOf(
  name: string,
  path: string,
  parts: Pick<ImportedRoute, 'rules' | 'access' | 'before' | 'after'> & {
    readonly title: string;
    readonly upstream: string;
    readonly deniedAddresses?: readonly string[];
  },
): ImportedRoute {
  const { rules, access, before, after, title, upstream, deniedAddresses = [] } = parts;
  return {
    name,
    path,
    api: { name: title, title },
    rules,
    scheme: null,
    access,
    before,
    after,
    deniedAddresses,
    upstreams: [{ name: upstream, weight: 1 }],
  };
}
