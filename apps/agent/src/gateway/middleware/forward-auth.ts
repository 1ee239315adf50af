import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import { compileRegex } from '@portolan/resources/rules/regex';
import type { Exchange, StageServices } from '../exchange/exchange.ts';
import { INTERNAL_ERROR, type Reply } from '../http/reply.ts';
import type { AuxiliaryResponse } from '../http/auxiliary-client.ts';
import { FRAMING, HOP_BY_HOP, plainName, traitsOf } from '../http/fields.ts';
import type { HeaderList } from '../http/header-list.ts';
import { upstreamRequestHeaders } from '../proxy/request-headers.ts';
import type { Stage } from '../exchange/exchange.ts';

type ForwardAuthSpec = Extract<MiddlewareSpec, { kind: 'forwardAuth' }>;

const TIMEOUT_MS = 30_000;
const RESPONSE_BYTES_MAX = 1024 * 1024;
/** Creates forwardAuth: a server is asked about each request; 2xx lets it pass with fields of that response, any other is sent to the client. */
export function forwardAuthStage(spec: ForwardAuthSpec, services: StageServices): Stage {
  const regex =
    spec.authResponseHeadersRegex === null
      ? null
      : compileRegex(spec.authResponseHeadersRegex, { ignoreCase: true });
  const client = spec.isRemote === true ? services.auxiliary.remoteOnly : services.auxiliary;
  const { authRequestHeaders } = spec;
  const wanted =
    authRequestHeaders.length === 0 ? null : new Set(authRequestHeaders.map((name) => name.toLowerCase()));
  const listed = spec.authResponseHeaders.map((name) => name.toLowerCase());
  return {
    async onRequest(exchange): Promise<Reply | undefined> {
      let response: AuxiliaryResponse;
      try {
        response = await client.send({
          method: spec.preserveRequestMethod ? exchange.method : 'GET',
          url: spec.address,
          headers: questionHeaders(exchange, spec, wanted),
          timeoutMs: TIMEOUT_MS,
          bytesMax: RESPONSE_BYTES_MAX,
          tls: { ca: spec.ca, insecureSkipVerify: spec.insecureSkipVerify },
        });
      } catch (error) {
        services.logger.warn(
          { event: 'forward-auth.failed', address: spec.address, reason: String(error) },
          'authentication server failed',
        );
        return INTERNAL_ERROR;
      }
      if (response.status < 200 || response.status > 299) return passBack(response, spec);
      addCookies(exchange, response, spec.addAuthCookiesToResponse);
      for (const name of listed) copyHeader(exchange, name, response.headers[name]);
      if (regex !== null) {
        for (const name of Object.keys(exchange.req.headers))
          if (regex.test(plainName(name))) exchange.deleteRequestHeader(name);
        for (const [name, value] of Object.entries(response.headers))
          if (regex.test(name)) copyHeader(exchange, name, value);
      }
      return undefined;
    },
  };
}

const DECISIVE = new Set([
  'x-forwarded-method',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-uri',
  'x-forwarded-for',
]);

/**
 * Returns the fields of the question: those the upstream would get now, after the middlewares before this one, and what the
 * server decides on. Host, scheme and address may come from trusted proxies, as for upstreams; method and URI only if
 * `trustForwardHeader` says that those write them too, since a client could otherwise choose what is decided on.
 */
function questionHeaders(
  exchange: Exchange,
  spec: ForwardAuthSpec,
  wanted: ReadonlySet<string> | null,
): HeaderList {
  const trusted = exchange.client.isTrusted ? exchange : null;
  const original = spec.trustForwardHeader ? trusted : null;
  const headers: HeaderList = [
    'x-forwarded-method',
    original?.header('x-forwarded-method') ?? exchange.method,
    'x-forwarded-proto',
    forwarded(exchange, trusted, 'x-forwarded-proto') ?? exchange.scheme,
    'x-forwarded-host',
    forwarded(exchange, trusted, 'x-forwarded-host') ?? exchange.host,
    'x-forwarded-uri',
    original?.header('x-forwarded-uri') ?? exchange.targetUri,
    'x-forwarded-for',
    forwardedFor(exchange, trusted),
  ];
  const fields = upstreamRequestHeaders(exchange, '');
  // The first field is the Host, which is the authentication server's own here.
  for (let i = 2; i < fields.length; i += 2) {
    const name = fields[i] ?? '';
    const lower = name.toLowerCase();
    if (DECISIVE.has(lower) || (traitsOf(lower) & (HOP_BY_HOP | FRAMING)) !== 0) continue;
    if (wanted === null || wanted.has(lower)) headers.push(name, fields[i + 1] ?? '');
  }
  return headers;
}

/** What a middleware has set counts for everybody; what the client sent, for those who are trusted. */
function forwarded(exchange: Exchange, trusted: Exchange | null, name: string): string | undefined {
  return exchange.headerEdits?.get(name)?.values[0] ?? trusted?.header(name);
}

function forwardedFor({ client, headerEdits }: Exchange, trusted: Exchange | null): string {
  const edited = headerEdits?.get('x-forwarded-for');
  if (edited != null) return edited.values.join(', ');
  const before = trusted?.header('x-forwarded-for');
  return before === undefined ? client.address : `${before}, ${client.address}`;
}

/** A field the server did not send must not be one the client made up; several of one name stay several (RFC 9110 §5.3). */
function copyHeader(exchange: Exchange, name: string, value: string | string[] | undefined): void {
  if (value === undefined) exchange.deleteRequestHeader(name);
  else exchange.setRequestHeader(name, value);
}

function addCookies(exchange: Exchange, { headers }: AuxiliaryResponse, names: readonly string[]): void {
  const cookies = headers['set-cookie'] ?? [];
  for (const cookie of Array.isArray(cookies) ? cookies : [cookies])
    if (names.includes(cookie.slice(0, cookie.indexOf('=')).trim()))
      exchange.addResponseFields(['Set-Cookie', cookie]);
}

/** Where the server sends the client, as seen from the server, unless that is to be left alone. */
function locationOf(value: string, { address, preserveLocationHeader }: ForwardAuthSpec): string {
  return preserveLocationHeader || !URL.canParse(value, address) ? value : new URL(value, address).href;
}

function passBack(response: AuxiliaryResponse, spec: ForwardAuthSpec): Reply {
  const headers: HeaderList = [];
  for (const [name, value] of Object.entries(response.headers)) {
    if (value === undefined || (traitsOf(name) & (HOP_BY_HOP | FRAMING)) !== 0) continue;
    for (const one of Array.isArray(value) ? value : [value])
      headers.push(name, name === 'location' ? locationOf(one, spec) : one);
  }
  return { status: response.status, headers, body: response.body };
}
