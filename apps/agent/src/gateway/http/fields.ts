import { METHODS } from 'node:http';

/**
 * The one table of header and trailer fields that do not simply pass: whatever builds or filters a list of fields asks it, for
 * requests and responses, upstreams and authentication servers, HTTP/1.1 and HTTP/2.
 */

/** Concerns one connection only (RFC 9110 §7.6.1, RFC 9113 §8.2.2), or is handled hop by hop here (`Expect`). */
export const HOP_BY_HOP = 1;
/** `Host`: chosen for each recipient. */
export const HOST = 2;
/**
 * Written by proxies and believed by what stands behind them: who calls, by which URL or method. An upstream that follows one
 * serves something else than what was decided on. Passed from trusted proxies only.
 */
export const FORGEABLE = 4;
/** Proves who the client is; for nobody but the upstream of its route. */
const CREDENTIAL = 8;
/** Describes the content of the message that carries it, so that it never outlives that content (RFC 9110 §8). */
export const CONTENT = 16;
/** Describes or checks content as well, and may follow it as a trailer. */
export const DIGEST = 32;
/** Asks for a part of the content, or for content under a condition (RFC 9110 §13, §14). */
const CONDITION = 64;
/** Controls requests, responses or caches, hence must come before the content (RFC 9110 §6.5.1). */
const CONTROL = 128;
/** Another spelling of a field above: CGI-style servers read `X_Real_Ip` and `X.Real.Ip` as `X-Real-Ip` (RFC 3875 §4.1.18). */
export const ALIAS = 256;
/** Has characters besides letters, digits and `-`, hence may be another spelling of a field that was changed here. */
export const UNUSUAL = 512;
/** Frames the message (RFC 9112 §6): configuration must not set it. */
export const FRAMING = 1024;
/**
 * May make a framework take another method than the one that was decided on, by its name: passed only with a value that is no
 * other method (`changesMethod`), whoever sends it.
 */
export const METHOD = 2048;

/** Identifies the request (W3C Trace Context, request ids). The gateway replaces these fields by the values it accepted. */
export const TRACE = 4096;

/** Options of Node's HTTP/2: fields that should come once pass as often as they come. */
export const REPEATED_FIELDS = { strictSingleValueFields: false };

/** Traits that exclude a field from trailers. */
const NOT_A_TRAILER = ~(DIGEST | UNUSUAL);
const NAMES_MAX = 4096;

const FIELDS: readonly (readonly [number, string])[] = [
  [
    HOP_BY_HOP | FRAMING,
    'connection proxy-connection keep-alive transfer-encoding upgrade te trailer expect',
  ],
  [HOP_BY_HOP | FRAMING, 'http2-settings'],
  [HOP_BY_HOP | CREDENTIAL, 'proxy-authorization'],
  [HOST, 'host'],
  [CONTENT | FRAMING, 'content-length'],
  [CREDENTIAL, 'authorization cookie cookie2'],
  [TRACE, 'traceparent tracestate x-request-id'],
  [
    CONTENT,
    'content-type content-encoding content-language content-location content-range content-disposition',
  ],
  [CONTENT, 'last-modified accept-ranges'],
  [DIGEST, 'etag content-md5 content-digest repr-digest digest signature signature-input'],
  [CONDITION, 'range if-match if-none-match if-modified-since if-unmodified-since if-range'],
  [CONTROL, 'accept accept-charset accept-encoding accept-language max-forwards origin referer'],
  [CONTROL, 'age cache-control date expires location pragma retry-after vary warning'],
  [CONTROL, 'www-authenticate proxy-authenticate set-cookie set-cookie2 allow access-control-allow-origin'],
  [
    CONTROL,
    'access-control-allow-credentials strict-transport-security content-security-policy clear-site-data',
  ],
];

const FORGEABLE_NAMES = new RegExp(
  `^(?:${[
    // The caller.
    'x-forwarded(?:-.*)?',
    'forwarded(?:-.*)?',
    '(?:x-)?(?:true-|cluster-|fastly-|proxy-)*client-ip',
    'fastly-client-ip|x-cluster-client-ip|x-proxyuser-ip|x-originating-ip',
    'cf-connecting-ip(?:v6)?|cf-pseudo-ipv4|x-azure-(?:client|socket)ip|x-appengine-user-ip|x-envoy-.*',
    '(?:x-)?(?:real|remote)-(?:ip|addr|port)',
    // By which certificate (RFC 9440 §2.2 demands that Client-Cert is removed).
    'client-cert(?:-chain)?|x-client-cert.*|x-client-verify|x-client-(?:s|i)?-?dn|x-arr-clientcert|(?:x-)?ssl-.*|x-tls-.*',
    // By which URL.
    'x-(?:original|rewrite|originating|rewritten)-.*',
    'x-(?:host|http-host-override|host-override|url-scheme|scheme|request-uri|uri|url|path-info|script-name|http-path-override)',
    'x-http-destinationurl|front-end-https|x-waws-unencoded-url|script-name|path-info|request-uri',
    // By which method.
    '(?:x-)?(?:http-)?(?:method|verb)-override|(?:x-)?override-(?:http-)?(?:method|verb)',
    'x-(?:http-|tunnel(?:ed)?-|real-)?(?:method|verb)',
    // Instructions to web servers, and HTTP_PROXY of CGI programs (CVE-2016-5385).
    'x-accel-.*|x-sendfile.*|x-lighttpd-.*|proxy',
  ].join('|')})$`,
);

/** Any name by which some framework may read a method, such as `X-HTTP-Method-Override`, `X-Tunneled-Verb`, `MyAppMethod`. */
const METHOD_NAMES = /method|verb|override/;
/** Names of that kind that ask about a method: CORS (Fetch, §3.3.2), and the question to an authentication server. */
const KNOWN_QUESTIONS: ReadonlySet<string> = new Set([
  'x-forwarded-method',
  'access-control-request-method',
  'access-control-allow-methods',
]);
const METHOD_TOKENS: ReadonlySet<string> = new Set(METHODS);

const traits = new Map<string, number>();
for (const [bits, names] of FIELDS) for (const name of names.split(' ')) traits.set(name, bits);

/** Returns the traits of a field by its lower-case name, as a set of bits; 0 for one that passes everywhere. */
export function traitsOf(name: string): number {
  const known = traits.get(name);
  if (known !== undefined) return known;
  const found = findTraits(name);
  // Clients choose names: those remembered are bounded.
  if (traits.size < NAMES_MAX) traits.set(name, found);
  return found;
}

function findTraits(name: string): number {
  const plain = plainName(name);
  const method = METHOD_NAMES.test(plain) && !KNOWN_QUESTIONS.has(plain) ? METHOD : 0;
  if (plain === name) return method | (FORGEABLE_NAMES.test(name) ? FORGEABLE : 0);
  const isAlias = FORGEABLE_NAMES.test(plain) || ((traits.get(plain) ?? 0) & ~METHOD) !== 0;
  return method | UNUSUAL | (isAlias ? ALIAS : 0);
}

/** Returns whether the value of a `METHOD` field names another method than the request has. */
export function changesMethod(value: string, method: string): boolean {
  return value
    .toUpperCase()
    .split(/[^A-Z-]+/)
    .some((token) => token !== method && METHOD_TOKENS.has(token));
}

/** Returns the name by which a CGI-style server reads a field: everything but letters and digits is the same to it. */
export function plainName(name: string): string {
  return name.replaceAll(/[^a-z\d-]/g, '-');
}

/** Returns whether a field may follow the content it came with; pseudo-header fields never do. */
export function isTrailer(name: string): boolean {
  return name.charCodeAt(0) !== 0x3a && (traitsOf(name) & NOT_A_TRAILER) === 0;
}

/** Returns the names that Connection fields list besides the usual ones; null when there are none. */
export function connectionOptions(value: string | undefined): readonly string[] | null {
  if (value === undefined) return null;
  const lower = value.toLowerCase();
  if (lower === 'keep-alive' || lower === 'close' || lower === 'upgrade') return null;
  return lower.split(',').map((name) => name.trim());
}
