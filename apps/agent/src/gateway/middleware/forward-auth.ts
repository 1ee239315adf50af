import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import { compileRegex } from '@portolan/resources/rules/regex';
import type { Exchange } from '../exchange.ts';
import { INTERNAL_ERROR, type Reply } from '../http/reply.ts';
import type { AuxiliaryResponse } from '../http/auxiliary-client.ts';
import type { HeaderList } from '../http/header-list.ts';
import type { GatewayRuntime } from '../runtime.ts';
import type { Stage } from '../stage.ts';

type ForwardAuthSpec = Extract<MiddlewareSpec, { kind: 'forwardAuth' }>;

const TIMEOUT_MS = 30_000;
const ANSWER_BYTES_MAX = 1024 * 1024;
const NOT_ASKED_WITH = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'content-length',
  'proxy-connection',
  'http2-settings',
  'host',
]);
const NOT_PASSED_BACK = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'content-length',
]);
const CLAIMED = [
  'x-forwarded-method',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-uri',
  'x-forwarded-for',
];

/** Asks another server about each request: 2xx lets it pass with headers of the answer's, anything else is the client's answer. */
export function forwardAuthStage(spec: ForwardAuthSpec, runtime: GatewayRuntime): Stage {
  const regex =
    spec.authResponseHeadersRegex === null
      ? null
      : compileRegex(spec.authResponseHeadersRegex, { ignoreCase: true });
  const listed = spec.authResponseHeaders.map((name) => name.toLowerCase());
  return {
    async onRequest(exchange): Promise<Reply | undefined> {
      let response: AuxiliaryResponse;
      try {
        response = await runtime.auxiliary.send({
          method: spec.preserveRequestMethod ? exchange.method : 'GET',
          url: spec.address,
          headers: questionHeaders(exchange, spec),
          timeoutMs: TIMEOUT_MS,
          bytesMax: ANSWER_BYTES_MAX,
          tls: { ca: spec.ca, insecureSkipVerify: spec.insecureSkipVerify },
        });
      } catch (error) {
        runtime.logger.warn(
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
          if (regex.test(name)) exchange.deleteRequestHeader(name);
        for (const [name, value] of Object.entries(response.headers))
          if (regex.test(name)) copyHeader(exchange, name, value);
      }
      return undefined;
    },
  };
}

function questionHeaders(exchange: Exchange, spec: ForwardAuthSpec): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  const wanted =
    spec.authRequestHeaders.length === 0
      ? null
      : new Set(spec.authRequestHeaders.map((name) => name.toLowerCase()));
  for (const [name, value] of Object.entries(exchange.req.headers)) {
    if (value === undefined || name.startsWith(':') || NOT_ASKED_WITH.has(name) || CLAIMED.includes(name))
      continue;
    if (wanted === null || wanted.has(name)) headers[name] = value;
  }
  const trusted = spec.trustForwardHeader || exchange.client.isTrusted ? exchange : null;
  headers['x-forwarded-method'] = trusted?.header('x-forwarded-method') ?? exchange.method;
  headers['x-forwarded-proto'] = trusted?.header('x-forwarded-proto') ?? exchange.scheme;
  headers['x-forwarded-host'] = trusted?.header('x-forwarded-host') ?? exchange.host;
  headers['x-forwarded-uri'] =
    trusted?.header('x-forwarded-uri') ??
    `${exchange.path}${exchange.query === '' ? '' : `?${exchange.query}`}`;
  const before = trusted?.header('x-forwarded-for');
  headers['x-forwarded-for'] =
    before === undefined ? exchange.client.address : `${before}, ${exchange.client.address}`;
  return headers;
}

/** A header the server did not send must not be one the client made up. */
function copyHeader(exchange: Exchange, name: string, value: string | string[] | undefined): void {
  if (value === undefined) exchange.deleteRequestHeader(name);
  else exchange.setRequestHeader(name, Array.isArray(value) ? value.join(', ') : value);
}

function addCookies(exchange: Exchange, { headers }: AuxiliaryResponse, names: readonly string[]): void {
  const cookies = headers['set-cookie'] ?? [];
  for (const cookie of Array.isArray(cookies) ? cookies : [cookies])
    if (names.includes(cookie.slice(0, cookie.indexOf('=')).trim()))
      exchange.addAnswerHeader('Set-Cookie', cookie);
}

/** Where the server sends the client, as seen from the server, unless that is to be left alone. */
function locationOf(value: string, { address, preserveLocationHeader }: ForwardAuthSpec): string {
  return preserveLocationHeader || !URL.canParse(value, address) ? value : new URL(value, address).href;
}

function passBack(response: AuxiliaryResponse, spec: ForwardAuthSpec): Reply {
  const headers: HeaderList = [];
  for (const [name, value] of Object.entries(response.headers)) {
    if (value === undefined || NOT_PASSED_BACK.has(name)) continue;
    for (const one of Array.isArray(value) ? value : [value])
      headers.push(name, name === 'location' ? locationOf(one, spec) : one);
  }
  return { status: response.status, headers, body: response.body };
}
