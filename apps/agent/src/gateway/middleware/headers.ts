import type { HeaderChange, HeaderRules } from '@portolan/resources/model/model';
import type { MiddlewareSpec, SecurityHeaders } from '@portolan/resources/model/middleware';
import type { Exchange } from '../exchange/exchange.ts';
import { deleteHeader, setHeader, type HeaderList } from '../http/header-list.ts';
import { redirectReply } from '../http/reply.ts';
import type { Stage } from '../exchange/exchange.ts';

/** Header rules of an API or APIVersion. */
export function apiHeadersStage(rules: HeaderRules): Stage {
  return {
    onRequest: (exchange) => changeRequest(exchange, rules.request),
    onResponse: (_exchange, head) => changeResponse(head.headers, rules.response),
  };
}

/** Traefik's headers middleware; its CORS part is a stage of its own. */
export function headersStage(spec: Extract<MiddlewareSpec, { kind: 'headers' }>): Stage {
  const { security } = spec;
  const fixed = securityHeaders(security);
  return {
    onRequest(exchange) {
      if (security.sslRedirect && exchange.scheme === 'http') {
        return redirectReply(exchange.method, exchange.url.replace(/^http:/, 'https:'), true);
      }
      return changeRequest(exchange, spec.request);
    },
    onResponse(exchange, head) {
      for (let i = 0; i < fixed.length; i += 2) setHeader(head.headers, fixed[i] ?? '', fixed[i + 1] ?? '');
      const sts = strictTransport(security, exchange.scheme);
      if (sts !== null) setHeader(head.headers, 'Strict-Transport-Security', sts);
      changeResponse(head.headers, spec.response);
    },
  };
}

function changeRequest(exchange: Exchange, change: HeaderChange): undefined {
  for (const name of change.delete) exchange.deleteRequestHeader(name);
  for (const [name, value] of Object.entries(change.set)) exchange.setRequestHeader(name, value);
}

function changeResponse(headers: HeaderList, change: HeaderChange): void {
  for (const name of change.delete) deleteHeader(headers, name);
  for (const [name, value] of Object.entries(change.set)) setHeader(headers, name, value);
}

function securityHeaders(security: SecurityHeaders): HeaderList {
  const headers: HeaderList = [];
  if (security.customFrameOptionsValue !== null)
    headers.push('X-Frame-Options', security.customFrameOptionsValue);
  else if (security.frameDeny) headers.push('X-Frame-Options', 'DENY');
  if (security.contentTypeNosniff) headers.push('X-Content-Type-Options', 'nosniff');
  if (security.browserXssFilter) headers.push('X-XSS-Protection', '1; mode=block');
  if (security.contentSecurityPolicy !== null)
    headers.push('Content-Security-Policy', security.contentSecurityPolicy);
  if (security.referrerPolicy !== null) headers.push('Referrer-Policy', security.referrerPolicy);
  if (security.permissionsPolicy !== null) headers.push('Permissions-Policy', security.permissionsPolicy);
  return headers;
}

/** RFC 6797 §7.2: not over plain HTTP, unless told to. */
function strictTransport(security: SecurityHeaders, scheme: string): string | null {
  if (security.stsSeconds <= 0 || (scheme !== 'https' && !security.forceStsHeader)) return null;
  const subdomains = security.stsIncludeSubdomains ? '; includeSubDomains' : '';
  return `max-age=${security.stsSeconds}${subdomains}${security.stsPreload ? '; preload' : ''}`;
}
