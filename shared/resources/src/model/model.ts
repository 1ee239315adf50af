/**
 * The normalised model: what both generations of resources compile into, what the gateway serves and what
 * `decide` reasons over. Plain immutable data, so that a whole model can be swapped in by one assignment.
 */
import type { Problem } from '../problem.ts';
import type { Middleware } from './middleware.ts';
import type { AccessPolicy } from './policy.ts';
import type { Rule } from './rule.ts';

/** Names the object something was compiled from; `key` is its `objectKey`. */
export interface ObjectRef {
  readonly key: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface Model {
  /** Highest priority first; equal priorities keep the order of their ids, so a table never depends on arrival order. */
  readonly routes: readonly Route[];
  /** By `namespace/name`. */
  readonly services: ReadonlyMap<string, Service>;
  /** Certificates for TLS termination, by lower-case host; `*.example.com` entries cover one label. */
  readonly certificates: ReadonlyMap<string, Certificate>;
  /** TLSOption objects that apply to hosts, by lower-case host; `default` is the fallback. */
  readonly tlsOptions: ReadonlyMap<string, TlsOptions>;
  /** How API routes authenticate their callers. */
  readonly apiAuth: ApiAuth;
  /** Objects left out of service, and why; the last valid version of an object may still be served. */
  readonly problems: readonly Problem[];
}

/** One entry of the route table: a condition on requests and everything that follows once it holds. */
export interface Route {
  /** Stable over recompilations of unchanged objects. */
  readonly id: string;
  readonly owner: ObjectRef;
  readonly kind: 'api' | 'edge-ingress' | 'ingress' | 'ingress-route';
  /** Only requests that came over this scheme (`web` and `websecure` entry points, TLS routers); absent = any. */
  readonly scheme?: 'http' | 'https';
  /** What a connection must have been made with, over and above what its host demands; absent = nothing. */
  readonly tls?: TlsOptions;
  readonly rule: Rule;
  /** Traefik's: the length of the rule's text unless the object sets one. Need not be whole: fractions order equal API paths. */
  readonly priority: number;
  /** Hosts this route can answer for, lower case; empty means any (the rule still decides). An index, not a condition. */
  readonly hosts: readonly string[];
  readonly guard: Guard;
  /** Applied in order, outermost first, after the guard has let the request pass. */
  readonly middlewares: readonly Middleware[];
  readonly target: Target;
}

/** What a request must satisfy before it is forwarded. */
export type Guard =
  | { readonly kind: 'open' }
  | { readonly kind: 'policy'; readonly policy: AccessPolicy }
  | { readonly kind: 'api'; readonly api: ApiGuard }
  /** Fail closed: something this route needs does not exist or did not load. */
  | {
      readonly kind: 'closed';
      readonly status: 404 | 500 | 503;
      readonly reason: string;
      readonly fix: string;
    };

export interface ApiGuard {
  readonly api: ObjectRef;
  readonly version: ObjectRef | null;
  /** `release` of the APIVersion, for people and metrics. */
  readonly release: string | null;
  readonly gateway: ObjectRef;
  readonly collection: ObjectRef | null;
  /** Collection + API prefix: stripped before forwarding; operations are matched on what remains. */
  readonly prefix: string;
  /** Prefix of the version's route, after `prefix`. */
  readonly versionPrefix: string;
  /** `stripPathPrefix` of the APIVersion: `versionPrefix` is stripped too. */
  readonly stripVersionPrefix: boolean;
  /** Rights are a union: any grant that lets the caller through suffices. */
  readonly grants: readonly Grant[];
  readonly operationSets: ReadonlyMap<string, readonly OperationMatcher[]>;
  readonly limits: readonly Limit[];
  readonly cors: Cors | null;
  readonly headers: HeaderRules | null;
}

export interface Grant {
  readonly access: ObjectRef;
  /** `'any'`: any authenticated user, never anonymous. */
  readonly groups: readonly string[] | 'any';
  /** Names of operation sets; null = every operation, empty = none. */
  readonly operations: readonly string[] | null;
}

/** Alternatives of a set are OR; within a matcher, path AND method. Paths are relative to the API. */
export interface OperationMatcher {
  readonly path?: string;
  readonly pathPrefix?: string;
  readonly pathRegex?: string;
  /** Upper case; null = any. */
  readonly methods: readonly string[] | null;
}

/** Token bucket: capacity `limit`, refilled at `limit / periodMs`. */
export interface Limit {
  readonly source: ObjectRef;
  readonly groups: readonly string[] | 'any';
  readonly limit: number;
  readonly periodMs: number;
  readonly strategy: 'local' | 'distributed';
  /** What a distributed limit does while the shared store is away; absent: as the agent is set. */
  readonly onStoreFailure?: StoreFailureMode;
}

/** Count per agent, let every request pass, or refuse every request. */
export type StoreFailureMode = 'local' | 'open' | 'closed';

export interface Cors {
  readonly allowCredentials: boolean;
  readonly allowHeaders: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowOrigins: readonly string[];
  readonly allowOriginRegexes: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds: number | null;
  readonly addVaryHeader: boolean;
}

export interface HeaderRules {
  readonly request: HeaderChange;
  readonly response: HeaderChange;
}

export interface HeaderChange {
  readonly set: Readonly<Record<string, string>>;
  readonly delete: readonly string[];
}

/** How callers of API routes prove who they are: one choice for a workspace. */
export type ApiAuth =
  | { readonly kind: 'apiKey'; readonly source: KeySource }
  | {
      readonly kind: 'jwt';
      readonly jwt: JwtVerification;
      readonly groupsClaim: string;
      readonly userIdClaim: string;
    };

/** Where a key is read; precedence header, query, cookie. */
export interface KeySource {
  readonly header?: string;
  readonly headerAuthScheme?: string;
  readonly query?: string;
  readonly cookie?: string;
}

export interface JwtVerification {
  readonly signingSecret?: string;
  readonly signingSecretBase64Encoded?: boolean;
  readonly publicKey?: string;
  readonly jwksFile?: string;
  readonly jwksUrl?: string;
  /** Whose tokens count where `jwksUrl` is a path, which is then resolved against the issuer. */
  readonly trustedIssuers?: readonly string[];
  readonly tokenQueryKey?: string;
  /** The only `iss` that tokens may have; absent = any. */
  readonly issuer?: string;
  /** What `aud` of tokens must contain; absent = anything. */
  readonly audience?: string;
  /** Upstreams of API routes get the token too. */
  readonly forwardToken?: boolean;
  /** Tokens without `exp` are refused. */
  readonly requiresExpiry?: boolean;
}

/** Where an admitted request goes. Weights are relative; a `service` names an entry of `Model.services`. */
export type Target =
  | { readonly kind: 'service'; readonly service: ServiceTarget }
  | {
      readonly kind: 'weighted';
      readonly targets: readonly WeightedTarget[];
      readonly sticky: StickyCookie | null;
    }
  | {
      readonly kind: 'mirror';
      readonly main: Target;
      readonly mirrors: readonly { readonly target: Target; readonly percent: number }[];
      readonly mirrorBody: boolean;
      /** Requests with larger bodies are not mirrored; null = as large as the gateway will keep. */
      readonly bodyBytesMax: number | null;
    }
  /** Answers by itself (a redirect middleware always comes first) or has nowhere to go. */
  | { readonly kind: 'none'; readonly status: 404 | 418 | 503; readonly reason: string };

export interface WeightedTarget {
  readonly weight: number;
  readonly target: Target;
}

export interface StickyCookie {
  readonly name: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite?: 'none' | 'lax' | 'strict';
  readonly path?: string;
  readonly domain?: string;
  readonly maxAgeSeconds?: number;
}

export interface ServiceTarget {
  /** `namespace/name`. */
  readonly service: string;
  /** Port name or number as the referrer wrote it. */
  readonly port: string | number;
  readonly scheme: 'http' | 'https' | 'h2c';
  /** false: the upstream sees its own host instead of the client's. */
  readonly passHostHeader: boolean;
  readonly sticky: StickyCookie | null;
  readonly transport: UpstreamTransport | null;
  readonly healthCheck: HealthCheck | null;
}

/** ServersTransport, resolved. */
export interface UpstreamTransport {
  readonly serverName?: string;
  readonly insecureSkipVerify: boolean;
  /** Not even for what needs it, such as gRPC. */
  readonly disableHttp2?: boolean;
  readonly rootCAs: readonly string[];
  readonly certificates: readonly { readonly cert: string; readonly key: string }[];
  readonly dialTimeoutMs: number;
  readonly responseHeaderTimeoutMs: number;
  readonly idleConnTimeoutMs: number;
  readonly maxIdleConnsPerHost: number;
}

export interface HealthCheck {
  readonly path: string;
  readonly method: string;
  readonly scheme?: 'http' | 'https';
  readonly port?: number;
  readonly status?: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly ServicePort[];
  /** An ExternalName Service that declares no ports: any port named by a referrer leads to this host. */
  readonly externalName?: string;
  /** As `Endpoint.isRemote`, of `externalName`. */
  readonly isRemote?: true;
}

export interface ServicePort {
  readonly name: string | null;
  readonly port: number;
  /** Ready endpoints as `host:port`; for ExternalName the one external host. */
  readonly endpoints: readonly Endpoint[];
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** A host name of an object made on the platform: it may not resolve to the agent's own machine, link or cloud services. */
  readonly isRemote?: true;
}

export interface Certificate {
  readonly source: ObjectRef;
  /** PEM chain. */
  readonly cert: string;
  /** PEM key; never leaves the process. */
  readonly key: string;
}

export interface TlsOptions {
  readonly minVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  readonly maxVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  readonly cipherSuites: readonly string[];
  readonly alpnProtocols: readonly string[];
  /** No default certificate for hosts that have none of their own. */
  readonly sniStrict?: boolean;
  readonly clientAuth: {
    readonly mode: 'none' | 'request' | 'require' | 'verify-if-given' | 'verify';
    readonly ca: readonly string[];
  } | null;
}
