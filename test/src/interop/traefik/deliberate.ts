import type { Difference } from './compare.ts';

/** A difference to Traefik that is intended. */
export interface Deliberate {
  /** What the gateway does, and what Traefik does. */
  readonly title: string;
  /** Why. */
  readonly reason: string;
  readonly cases: RegExp;
  readonly texts: RegExp;
}

const ANY = /./;

/** Differences that docs/gateway.md lists, in its order. */
export const DELIBERATE: readonly Deliberate[] = [
  {
    title: 'Requests reach upstreams with the fields the client sent.',
    reason:
      'Traefik adds `Accept-Encoding: gzip` where it is missing and unpacks the response, names itself in `User-Agent` towards authentication servers, keeps one of several `User-Agent` fields and drops an empty one.',
    cases: ANY,
    texts: /field [-+] (?:accept-encoding: gzip|user-agent: )/,
  },
  {
    title: '`X-Request-Id` names each request, for upstreams and callers.',
    reason:
      'It is the gateway’s own, or that of a trusted proxy: an id that anybody may choose names nothing. Traefik passes what comes.',
    cases: ANY,
    texts: /^(?:response|[a-z\d]+ field) [-+] x-request-id: /,
  },
  {
    title: 'Errors of the gateway have its own words.',
    reason:
      'Their status and fields are those of Traefik; errors in plain text forbid browsers to guess their type.',
    cases: /^(?:forwardAuth|errors|retry|no-retry|buffering-response|noop|rateLimit)/,
    texts:
      /^(?:body "[^"]*" → "[^"]*"|response [-+] (?:content-type: text\/plain; charset=utf-8|x-content-type-options: nosniff|cache-control: no-store|x-retry-in: .*))$/,
  },
  {
    title: 'Paths that servers read in different ways get 400.',
    reason:
      'A NUL or a raw backslash in a path may lead an upstream to another resource than the one that was decided on.',
    cases: /%00|\\/,
    texts: /^status \d+ → 400$/,
  },
  {
    title: 'A Host field that names no single host gets 400.',
    reason: 'RFC 9112 §3.2 demands it; Traefik routes by `a.test,b.test`.',
    cases: /^host.*\/24 /,
    texts: /^status \d+ → 400$/,
  },
  {
    title: 'HTTP/2 requests with a space in `:path` are refused.',
    reason:
      'They are malformed (RFC 9113 §8.3.1), and an upstream with HTTP/1.1 could read two things in one request line.',
    cases: /h2c GET \/a b$/,
    texts: /^status 200 → 0$/,
  },
  {
    title: 'An escaped slash is data.',
    reason:
      'Path middlewares compare the path decoded, but for escapes that would change its structure, and keep what they do not change; Traefik takes `/api` off `/api%2Fv1` and turns `%2F` and `%2B` into `/` and `+` where it adds text beyond ASCII.',
    cases: /%2[FB]/,
    texts: /target|field [-+] x-(?:forwarded-prefix|replaced-path): /,
  },
  {
    title: 'Path middlewares may be written decoded or escaped.',
    reason:
      '`stripPrefix` of `/caf%C3%A9` and `replacePathRegex` of `^/café/` mean the same paths as in rules; `X-Forwarded-Prefix` is escaped as a path is. In Traefik one matches decoded, the other escaped paths.',
    cases: /^(?:stripPrefix|replacePathRegex|addPrefix-escape).*\/\d+ /,
    texts: /target|field [-+] x-(?:forwarded-prefix|replaced-path): /,
  },
  {
    title: 'Path middlewares leave no dot segment, no double slash and no path without a slash.',
    reason:
      'After `stripPrefix` of `/api`, `/api../b` is `/b` and `/api` is `/`; `addPrefix` of `/v2/` makes `/v2/api`, `replacePath` of `show` `/show` and of `/100%` `/100%25`. Traefik refuses the request, forwards `//`, or has the next middleware see an empty path.',
    cases:
      /^(?:stripPrefix|addPrefix-slash|replacePath-(?:bare|percent)|(?:random-)?chain-|ingress-middlewares)/,
    texts: /^(?:status (?:400|500) → 200|main target|main field [-+] x-replaced-path: (?:\/(?:v2\/?)?)?$)/,
  },
  {
    title: 'Queries pass as they are.',
    reason:
      'Traefik sends `;` as `&`, and so sees more parameters than a server that follows the URL standard: `?x=1;y=2` has one.',
    cases: /;/,
    texts: /target|^(?:status (?:200|404) → (?:404|200)$|received by|body|response [-+] content-length)/,
  },
  {
    title: 'A port in `Host()` is ignored.',
    reason: 'The port of a request is ignored as well; in Traefik such a rule never matches.',
    cases: /^host-port\//,
    texts: /^status 404 → 200$/,
  },
  {
    title: 'A `Query()` with an empty value matches an empty parameter.',
    reason: 'Traefik refuses the rule.',
    cases: /^query-empty\//,
    texts: /^status 404 → 200$/,
  },
  {
    title: '`Header()` and `HeaderRegexp()` look at each member of a list.',
    reason:
      'A list in one field and several fields mean the same (RFC 9110 §5.3), and proxies before the gateway may join them.',
    cases: /^random-rules.*X-Color: red, blue$/,
    texts: ANY,
  },
  {
    title: 'Requests for a host in capitals share one `requestHost` limit with the others.',
    reason: 'Names of hosts have no case; in Traefik each spelling has a limit of its own.',
    cases: /^rateLimit-host\/2 /,
    texts: /^status 200 → 429$/,
  },
  {
    title: 'Hops of `X-Forwarded-For` are read as addresses.',
    reason:
      'Ports and brackets are no part of one (RFC 7239 §6): in Traefik each port of a caller has a `rateLimit` of its own. A hop that is no address, such as an empty one, is on no list.',
    cases: /^(?:rateLimit-depth\/2|ipAllowList-(?:depth-1\/7|excluded\/1[26])) /,
    texts: /^status/,
  },
  {
    title: 'GET and other idempotent requests without a body are repeated when their connection breaks.',
    reason:
      'RFC 9110 §9.2.2 allows it. Traefik repeats them only where a reused connection broke, and then also towards authentication servers, error pages and mirrors.',
    cases: /^(?:retry|no-retry|forwardAuth|errors|mirror)/,
    texts: /^(?:received by "(?:main|auth auth|error error main|blue mirror mirror)" → .*|status 502 → 200)$/,
  },
  {
    title: 'A Service, port or TraefikService that does not exist gets 503.',
    reason: 'It may come; Traefik drops the route and responds with 404, as if the address were wrong.',
    cases: /^(?:no-(?:service|port)|nested-(?:half-)?absent)\//,
    texts: /^status 404(?: 404)? → (?:200 )?503$/,
  },
  {
    title: 'Conflicting TLS options of one host never open it.',
    reason:
      'Traefik serves the host with the default options, without the client certificate that one of them demands.',
    cases: /^tls-(?:strict-and-lax|lax-and-strict|strict-and-none)\//,
    texts: /^status 200 → (?:0|421)$/,
  },
  {
    title: 'TLS options of a rule without a fixed host are demanded of each request.',
    reason:
      'No handshake can be made with them, so the route responds with 421; Traefik serves it with the default options, without the client certificate that they demand.',
    cases: /^tls-strict-regexp\//,
    texts: /^status (?:200|404) → 421$/,
  },
  {
    title: 'A route with `tls` is served by the TLS listener, whatever its entry points.',
    reason: 'On entry point `web` Traefik would speak TLS on the port for plain HTTP.',
    cases: /^tls-web-tls\//,
    texts: /^status 404 → 200$/,
  },
  {
    title: 'Entry points other than `web` and `websecure` count as none.',
    reason: 'Those of the Traefik that is replaced are not known; it would leave the route out.',
    cases: /^tls-unknown-entry\//,
    texts: /^status 404 → 200$/,
  },
  {
    title: 'An Ingress with a `tls` section and no entry points is served over TLS only.',
    reason:
      'Who brings a certificate wants it used; `router.entrypoints: web,websecure` serves both. Traefik takes the section for a certificate alone.',
    cases: /^ingress-tls\//,
    texts: /^status 200 → 404$/,
  },
  {
    title: 'A client that negotiates a newer version than `maxVersion` is refused.',
    reason: 'The version is agreed on before the name of the host is known; Traefik agrees on an older one.',
    cases: /^tls-versions\/[25] /,
    texts: /^status 200 → 0$/,
  },
  {
    title: 'An upstream whose certificate is not trusted gets 502.',
    reason: 'It is the upstream that fails, not the gateway: Traefik responds with 500.',
    cases: /^transport-/,
    texts: /^status 500 → 502$/,
  },
  {
    title: 'A route whose TLSOption does not exist gets 404.',
    reason: 'Traefik breaks off the handshake, from which nobody learns the reason.',
    cases: /^tls-absent-option\//,
    texts: /^status 0 → 404$/,
  },
  {
    title: 'Prefixes of an Ingress are segments, and Exact goes before Prefix.',
    reason:
      "Kubernetes' Ingress defines both; `/api` does not match `/apiv1` or `/api%2Fv1`, `/api/` matches `/api`, and the longest path counts.",
    cases: /^ingress-(?:prefix|exact|several)/,
    texts: /^(?:status|received by|body)/,
  },
  {
    title: 'Fields that a `Connection` field of a response names end here, also beside `close`.',
    reason: 'RFC 9110 §7.6.1.',
    cases: /^responses(?:-h2)?\/15 /,
    texts: /^response - x-hop/,
  },
  {
    title: '`Proxy-Authenticate` passes.',
    reason:
      'RFC 9110 §11.7.1: a response with 407 is useless without it. `Proxy-Authorization` is consumed, towards authentication servers too.',
    cases: ANY,
    texts: /(?:\+ proxy-authenticate|auth field - proxy-authorization)/,
  },
  {
    title: 'Trailers pass both ways, and `Trailer` announces them.',
    reason: 'Traefik drops those of requests and does not say what trailers a response will have.',
    cases: /^(?:forms|responses)/,
    texts: /(?:trailer \+ x-t: 1|response \+ trailer: X-T|field [-+] trailer: )/,
  },
  {
    title:
      'Fields by which a framework may serve another URL or believe another caller pass only from trusted proxies.',
    reason:
      'Traefik passes `Forwarded`, `X-Original-Url` and `X-Rewrite-Url` from everybody, and from trusted proxies names with `_`, which CGI-style servers read as `-`.',
    cases: /^requests/,
    texts:
      /main field - (?:forwarded|x-original-url|x-rewrite-url|x-forwarded_host|x_forwarded_for|x_real_ip): /,
  },
  {
    title: 'Several `Cookie` fields become one.',
    reason: 'RFC 6265 §5.4 allows one in HTTP/1.1.',
    cases: /^requests/,
    texts: /main field [-+] cookie: /,
  },
  {
    title: '`Expect: 100-continue` is met by the upstream.',
    reason: 'Traefik sends 100 itself, before the upstream could refuse, and then passes the field on.',
    cases: /^requests/,
    texts: /^(?:interim "100" → ""|main field - expect: 100-continue)$/,
  },
  {
    title: '`X-Forwarded-Proto` is `http` or `https` for WebSockets too.',
    reason: 'Frameworks build links from it; Traefik sends `ws` and `wss`.',
    cases: /^(?:forms|transport-).* Upgrade: websocket/,
    texts: /x-forwarded-proto: (?:ws|http)$/,
  },
  {
    title: 'Authentication servers get `X-Forwarded-For`, `-Host` and `-Proto` as upstreams do.',
    reason:
      'They come from trusted proxies without `trustForwardHeader`, which decides about method and URI only, and never makes an untrusted client believed.',
    cases: /^(?:forwardAuth[a-z-]*\/5 |random-chain.* X-Forwarded-)/,
    texts: /^auth field [-+] x-forwarded-(?:for|host|proto): /,
  },
  {
    title: 'Only WebSockets are switched to.',
    reason:
      'Other upgrades are ignored, as RFC 9110 §7.8 allows: what a connection would speak then is not known here.',
    cases: /^(?:forms\/18|mirror\/7) /,
    texts: /^status 101 → 200$/,
  },
  {
    title: 'Trailers stay trailers with `buffering`.',
    reason: 'Traefik makes them header fields.',
    cases: /^buffering-response\/3 /,
    texts: /^response - x-t: 1$/,
  },
  {
    title: 'An `errors` middleware replaces the content only.',
    reason:
      '`WWW-Authenticate`, `Retry-After` and `Set-Cookie` of the original response stay; the page is asked for with `X-Forwarded-For` and without credentials. `errorRequestHeaders` lists other fields for it, as in Traefik, where it defaults to all.',
    cases: /^(?:errors|random-chain)/,
    texts:
      /^(?:response \+ (?:www-authenticate|retry-after|set-cookie|x-c|x-frame-options|x-content-type-options)|error field (?:\+ x-forwarded-for|- (?:authorization|cookie|x-)))/,
  },
  {
    title: 'CORS fields go to origins that are allowed, and `Vary: Origin` to all.',
    reason:
      'Others have no use for them, and caches must not mix both. Any origin (`*`) never comes with credentials, and a preflight of an origin that is not allowed gets no permissions.',
    cases: /^headers-cors/,
    texts: /^response [-+] (?:access-control|vary: )/,
  },
  {
    title: '`Strict-Transport-Security` follows `X-Forwarded-Proto` of trusted proxies.',
    reason: 'Behind a proxy that ends TLS, Traefik needs `forceSTSHeader`.',
    cases: /^headers-sts\/9 /,
    texts: /^response \+ strict-transport-security/,
  },
  {
    title: 'A `redirectScheme` without a port leaves requests that have the scheme.',
    reason: 'Traefik sends `http://a.test:8080` to `http://a.test`, where nothing may listen.',
    cases: /^redirectScheme-same\/7 /,
    texts: /^status 302 → 200$/,
  },
  {
    title: '`redirectRegex` sees the scheme that a trusted proxy names.',
    reason: 'The same URL as everywhere else; Traefik looks at its own connection.',
    cases: /^(?:redirectRegex-(?:permanent|utf8)\/11 |random-chain.* X-Forwarded-Proto: https$)/,
    texts: /^response [-+] location/,
  },
  {
    title:
      '`compress` says `Vary: Accept-Encoding` where the coding depends on the request, prefers zstd, and makes ETags weak.',
    reason:
      'RFC 9110 §12.5.5 and §8.8.1. Event streams and gRPC are never compressed. Without `defaultEncoding` nothing is compressed for a client that names no coding.',
    cases: /^(?:compress|random-chain)/,
    texts: /^(?:response [-+] (?:vary|etag|content-encoding|content-length)|body)/,
  },
  {
    title: '`contentType` has no effect.',
    reason: 'No type is guessed from content: that is how text from users comes to run as HTML.',
    cases: /^contentType\/[01] /,
    texts: /^response - content-type/,
  },
  {
    title: 'With `mirrorBody: false` requests with a body are mirrored without it.',
    reason: 'Traefik loses them.',
    cases: /^mirror-no-body\/0 /,
    texts: /^received by "blue" → "blue mirror"$/,
  },
];

/** Returns whether an entry explains a difference. */
export function isExample(
  { cases, texts }: Pick<Deliberate, 'cases' | 'texts'>,
  difference: Difference,
): boolean {
  return cases.test(difference.case) && texts.test(difference.text);
}

/** Returns the differences that no entry explains, as one line each. */
export function unlistedOf(found: readonly Difference[]): readonly string[] {
  return found
    .filter((difference) => !DELIBERATE.some((entry) => isExample(entry, difference)))
    .map((difference) => `${difference.case}: ${difference.text}`);
}
