import type { Middleware, SecurityHeaders } from '../../model/middleware.ts';
import type { Cors, HeaderChange } from '../../model/headers.ts';
import type { Reader } from '../reader.ts';
import type { Resolved } from '../unit.ts';
import type { MiddlewareSpecObject } from '../../kinds/middleware.ts';

type HeadersObject = NonNullable<MiddlewareSpecObject['headers']>;

/** Headers: own ones, CORS, and what browsers are told about security. */
export function compileHeaders(
  { headers }: MiddlewareSpecObject,
  reader: Reader,
): Resolved<Middleware> | null {
  if (headers === undefined) return null;
  if ((headers.allowedHosts ?? []).length > 0 || (headers.hostsProxyHeaders ?? []).length > 0) {
    return {
      ok: false,
      reason: 'headers.allowedHosts and headers.hostsProxyHeaders are not supported',
      fix: 'put the hosts into the rule of the route',
    };
  }
  return {
    ok: true,
    value: {
      source: reader.self,
      kind: 'headers',
      request: changeOf(headers.customRequestHeaders ?? {}),
      response: changeOf({ ...fixedResponseHeaders(headers), ...headers.customResponseHeaders }),
      cors: corsOf(headers),
      security: securityOf(headers),
    },
  };
}

/** Traefik: an empty value removes the header. */
function changeOf(map: Readonly<Record<string, string>>): HeaderChange {
  const entries = Object.entries(map);
  return {
    set: Object.fromEntries(entries.filter(([, value]) => value !== '')),
    delete: entries.filter(([, value]) => value === '').map(([name]) => name),
  };
}

function fixedResponseHeaders(headers: HeadersObject): Record<string, string> {
  return {
    ...(headers.customBrowserXSSValue ? { 'X-XSS-Protection': headers.customBrowserXSSValue } : {}),
    ...(headers.contentSecurityPolicyReportOnly
      ? { 'Content-Security-Policy-Report-Only': headers.contentSecurityPolicyReportOnly }
      : {}),
  };
}

function corsOf(headers: HeadersObject): Cors | null {
  const cors: Cors = {
    allowCredentials: headers.accessControlAllowCredentials ?? false,
    allowHeaders: headers.accessControlAllowHeaders ?? [],
    allowMethods: headers.accessControlAllowMethods ?? [],
    allowOrigins: headers.accessControlAllowOriginList ?? [],
    allowOriginRegexes: headers.accessControlAllowOriginListRegex ?? [],
    exposeHeaders: headers.accessControlExposeHeaders ?? [],
    maxAgeSeconds: headers.accessControlMaxAge ?? null,
    addVaryHeader: headers.addVaryHeader ?? false,
  };
  return Object.keys(headers).some((name) => name.startsWith('accessControl')) ? cors : null;
}

function securityOf(headers: HeadersObject): SecurityHeaders {
  return {
    sslRedirect: headers.sslRedirect ?? false,
    stsSeconds: headers.stsSeconds ?? 0,
    stsIncludeSubdomains: headers.stsIncludeSubdomains ?? false,
    stsPreload: headers.stsPreload ?? false,
    forceStsHeader: headers.forceSTSHeader ?? false,
    frameDeny: headers.frameDeny ?? false,
    customFrameOptionsValue: headers.customFrameOptionsValue || null,
    contentTypeNosniff: headers.contentTypeNosniff ?? false,
    browserXssFilter: headers.browserXssFilter ?? false,
    contentSecurityPolicy: headers.contentSecurityPolicy || null,
    referrerPolicy: headers.referrerPolicy || null,
    permissionsPolicy: headers.permissionsPolicy || null,
  };
}
