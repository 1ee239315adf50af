import type { ServiceTarget } from './service.ts';
import type { Cors, HeaderChange } from './headers.ts';
import type { ObjectRef } from './object-ref.ts';
import type { PolicySpec } from './policy.ts';
import type { RedisSettings } from './redis-settings.ts';

/** A Traefik Middleware, resolved: Secrets read, chains flattened, defaults filled in. Durations are milliseconds. */
export type Middleware = { readonly source: ObjectRef } & MiddlewareSpec;

export type MiddlewareSpec =
  | { readonly kind: 'addPrefix'; readonly prefix: string }
  | { readonly kind: 'stripPrefix'; readonly prefixes: readonly string[]; readonly forceSlash: boolean }
  | { readonly kind: 'stripPrefixRegex'; readonly regexes: readonly string[] }
  | { readonly kind: 'replacePath'; readonly path: string }
  | { readonly kind: 'replacePathRegex'; readonly regex: string; readonly replacement: string }
  | {
      readonly kind: 'headers';
      readonly request: HeaderChange;
      readonly response: HeaderChange;
      readonly cors: Cors | null;
      readonly security: SecurityHeaders;
    }
  | {
      readonly kind: 'redirectScheme';
      readonly scheme: string;
      readonly port: string | null;
      readonly permanent: boolean;
    }
  /** RequestRedirect of an HTTPRoute; null leaves a part of the URL as it is. */
  | {
      readonly kind: 'redirectTo';
      readonly scheme: 'http' | 'https' | null;
      readonly hostname: string | null;
      readonly port: number | null;
      readonly path: Extract<MiddlewareSpec, { kind: 'replacePath' | 'replacePathRegex' }> | null;
      readonly status: 301 | 302;
    }
  | {
      readonly kind: 'redirectRegex';
      readonly regex: string;
      readonly replacement: string;
      readonly permanent: boolean;
    }
  | {
      readonly kind: 'basicAuth';
      /** htpasswd lines. */
      readonly users: readonly string[];
      readonly realm: string;
      readonly removeHeader: boolean;
      readonly headerField: string | null;
    }
  | {
      readonly kind: 'forwardAuth';
      /** Made on the platform: the address may not lead to the agent's own machine, link or cloud services. */
      readonly isRemote?: true;
      readonly address: string;
      readonly trustForwardHeader: boolean;
      readonly authRequestHeaders: readonly string[];
      readonly authResponseHeaders: readonly string[];
      readonly authResponseHeadersRegex: string | null;
      readonly insecureSkipVerify: boolean;
      readonly ca: string | null;
      /** Cookies of the server's that a passing request's answer carries. */
      readonly addAuthCookiesToResponse: readonly string[];
      /** Leaves a redirect as the server wrote it; else it is resolved against the server's address. */
      readonly preserveLocationHeader: boolean;
      readonly preserveRequestMethod: boolean;
    }
  | {
      readonly kind: 'ipAllowList';
      readonly sourceRange: readonly string[];
      readonly rejectStatusCode: number;
      readonly ip: IpStrategy;
    }
  | {
      readonly kind: 'rateLimit';
      readonly average: number;
      readonly periodMs: number;
      readonly burst: number;
      readonly key: SourceCriterion;
    }
  | { readonly kind: 'inFlightReq'; readonly amount: number; readonly key: SourceCriterion }
  | {
      readonly kind: 'buffering';
      readonly maxRequestBodyBytes: number;
      readonly maxResponseBodyBytes: number;
    }
  | { readonly kind: 'retry'; readonly attempts: number; readonly initialIntervalMs: number }
  | {
      readonly kind: 'circuitBreaker';
      readonly expression: string;
      readonly checkPeriodMs: number;
      readonly fallbackDurationMs: number;
      readonly recoveryDurationMs: number;
      readonly responseCode: number;
    }
  | {
      readonly kind: 'compress';
      readonly excludedContentTypes: readonly string[];
      readonly includedContentTypes: readonly string[];
      readonly minResponseBodyBytes: number;
      readonly encodings: readonly ('gzip' | 'br' | 'zstd')[];
      /** For clients that say nothing of encodings. */
      readonly defaultEncoding: 'gzip' | 'br' | 'zstd' | null;
    }
  /** `status` entries are `500-599` or `404`; `query` may hold `{status}` and `{url}`. */
  | {
      readonly kind: 'errors';
      readonly status: readonly string[];
      readonly service: ServiceTarget;
      readonly query: string;
      /** Names, in lower case, of the request's fields that the page's service receives; null for those that carry no credentials. */
      readonly requestHeaders: readonly string[] | null;
    }
  | { readonly kind: 'contentType' }
  /** Access control at its place among the middlewares of a route. */
  | {
      readonly kind: 'policy';
      readonly policy: PolicySpec;
      /** As `AccessPolicy.isRemote`. */
      readonly isRemote?: true;
    }
  | {
      readonly kind: 'httpCache';
      readonly ttlMsMax: number;
      readonly bytesMax: number;
      /** Responses say in X-Cache-Status where they come from. */
      readonly showsStatus: boolean;
    }
  /** As rateLimit, but counted in a Redis that all agents share. */
  | {
      readonly kind: 'distributedRateLimit';
      readonly limit: number;
      readonly periodMs: number;
      readonly burst: number;
      readonly key: SourceCriterion;
      /** Requests are refused while the store is away; else they pass. */
      readonly denyOnError: boolean;
      readonly responseHeaders: boolean;
      readonly store: RedisSettings;
    };

/** Middlewares that change the path for the upstream. */
export type PathChange = Extract<
  MiddlewareSpec,
  { kind: 'addPrefix' | 'stripPrefix' | 'stripPrefixRegex' | 'replacePath' | 'replacePathRegex' }
>;

/** Which address of a request counts: the peer's, or one that trusted proxies have noted in X-Forwarded-For. */
export interface IpStrategy {
  /** Place from the right; 0 = the peer, or with `excludedIPs` the first from the right that is none of them. */
  readonly depth: number;
  readonly excludedIPs: readonly string[];
  /** IPv6 addresses count as their network of so many bits. */
  readonly ipv6Subnet: number | null;
}

export type SourceCriterion =
  | { readonly kind: 'ip'; readonly ip: IpStrategy }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'host' };

export interface SecurityHeaders {
  readonly sslRedirect: boolean;
  readonly stsSeconds: number;
  readonly stsIncludeSubdomains: boolean;
  readonly stsPreload: boolean;
  readonly forceStsHeader: boolean;
  readonly frameDeny: boolean;
  readonly customFrameOptionsValue: string | null;
  readonly contentTypeNosniff: boolean;
  readonly browserXssFilter: boolean;
  readonly contentSecurityPolicy: string | null;
  readonly referrerPolicy: string | null;
  readonly permissionsPolicy: string | null;
}
