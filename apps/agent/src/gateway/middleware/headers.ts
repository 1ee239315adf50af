import type { HeaderChange, HeaderRules } from '@portolan/resources/model/headers';
import type { MiddlewareSpec, SecurityHeaders } from '@portolan/resources/model/middleware';
import { FRAMING, traitsOf } from '../http/fields.ts';
import { deleteHeader, fieldText, setHeader, type HeaderList } from '../http/header-list.ts';
import { redirectReply } from '../http/reply.ts';
import type { Exchange, Stage } from '../exchange/exchange.ts';

/** Creates the header rules of an API or APIVersion. */
export function apiHeadersStage(rules: HeaderRules): Stage {
  const [request, response] = [changeOf(rules.request), changeOf(rules.response)];
  return {
    onRequest: (exchange) => changeRequest(exchange, request),
    onResponse: (_exchange, head) => changeResponse(head.headers, response),
  };
}

/** Creates Traefik's headers middleware without its CORS part, which is a separate stage. */
export function headersStage(spec: Extract<MiddlewareSpec, { kind: 'headers' }>): Stage {
  const { security } = spec;
  const fixed = securityHeaders(security).map(fieldText);
  const [request, response] = [changeOf(spec.request), changeOf(spec.response)];
  return {
    onRequest(exchange) {
      if (security.sslRedirect && exchange.scheme === 'http') {
        return redirectReply(exchange.method, exchange.url.replace(/^http:/, 'https:'), true);
      }
      return changeRequest(exchange, request);
    },
    onResponse(exchange, head) {
      for (let i = 0; i < fixed.length; i += 2) setHeader(head.headers, fixed[i] ?? '', fixed[i + 1] ?? '');
      const sts = strictTransport(security, exchange.scheme);
      if (sts !== null) setHeader(head.headers, 'Strict-Transport-Security', sts);
      changeResponse(head.headers, response);
    },
  };
}

/** A change whose values are field values; it cannot touch how messages are framed. */
interface FieldChange {
  readonly set: readonly (readonly [name: string, value: string])[];
  readonly add: readonly (readonly [name: string, value: string])[];
  readonly delete: readonly string[];
}

function changeOf(change: HeaderChange): FieldChange {
  const isFraming = (name: string): boolean => (traitsOf(name.toLowerCase()) & FRAMING) !== 0;
  const fieldsOf = (values: Readonly<Record<string, string>>) =>
    Object.entries(values)
      .filter(([name]) => !isFraming(name))
      .map(([name, value]) => [name, fieldText(value)] as const);
  return {
    set: fieldsOf(change.set),
    add: fieldsOf(change.add ?? {}),
    delete: change.delete.filter((name) => !isFraming(name)),
  };
}

function changeRequest(exchange: Exchange, change: FieldChange): undefined {
  for (const name of change.delete) exchange.deleteRequestHeader(name);
  for (const [name, value] of change.set) exchange.setRequestHeader(name, value);
  for (const [name, value] of change.add)
    exchange.setRequestHeader(name, [...valuesOf(exchange, name), value]);
}

function changeResponse(headers: HeaderList, change: FieldChange): void {
  for (const name of change.delete) deleteHeader(headers, name);
  for (const [name, value] of change.set) setHeader(headers, name, value);
  for (const [name, value] of change.add) headers.push(name, value);
}

function valuesOf({ headerEdits, req }: Exchange, name: string): readonly string[] {
  const lower = name.toLowerCase();
  const edit = headerEdits?.get(lower);
  if (edit !== undefined) return edit?.values ?? [];
  const sent = req.headers[lower];
  return sent === undefined ? [] : [sent].flat();
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

/** Returns Strict-Transport-Security; null over plain HTTP (RFC 6797 §7.2) unless it is forced. */
function strictTransport(security: SecurityHeaders, scheme: string): string | null {
  if (security.stsSeconds <= 0 || (scheme !== 'https' && !security.forceStsHeader)) return null;
  const subdomains = security.stsIncludeSubdomains ? '; includeSubDomains' : '';
  return `max-age=${security.stsSeconds}${subdomains}${security.stsPreload ? '; preload' : ''}`;
}
