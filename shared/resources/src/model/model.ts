import type { StickyCookie, ServiceTarget, Service } from './service.ts';
import type { ApiAuth } from './authentication.ts';
import type { Catalogue } from './catalogue.ts';
import type { Cors, HeaderRules } from './headers.ts';
import type { ObjectRef } from './object-ref.ts';
import type { PlanTerms } from './plan.ts';
import type { Portal } from './portal.ts';
/**
 * The normalised model: what both generations of resources compile into, what the gateway serves and what
 * `decide` reasons over. Plain immutable data, so that a whole model can be swapped in by one assignment.
 */
import type { Problem } from '../problem.ts';
import type { Middleware, PathChange } from './middleware.ts';
import type { AccessPolicy } from './policy.ts';
import type { Rule } from './rule.ts';

export interface Model {
  /** Highest priority first; equal priorities keep the order of their ids, so a table never depends on arrival order. */
  readonly routes: readonly Route[];
  /** By `namespace/name`. */
  readonly services: ReadonlyMap<string, Service>;
  /** Certificates for TLS termination, by lower-case host; `*.example.com` entries cover one label. */
  readonly certificates: ReadonlyMap<string, Certificate>;
  /** TLSOption objects that apply to hosts, by lower-case host; `default` is the fallback. */
  readonly tlsOptions: ReadonlyMap<string, TlsOptions>;
  /** How API routes authenticate their callers, unless their namespace has an APIAuth. */
  readonly apiAuth: ApiAuth;
  /** API keys of ManagedApplications, by hash: lower-case hex of SHAKE-256 with 64 bytes of output. */
  readonly applicationKeys: ReadonlyMap<string, ApplicationKey>;
  /** What portals of generation v3 show. */
  readonly catalogue: Catalogue;
  /** Objects left out of service, and why; the last valid version of an object may still be served. */
  readonly problems: readonly Problem[];
}

/** One entry of the route table: a condition on requests and everything that follows once it holds. */
export interface Route {
  /** Stable over recompilations of unchanged objects. */
  readonly id: string;
  readonly owner: ObjectRef;
  readonly kind: 'api' | 'edge-ingress' | 'ingress' | 'ingress-route' | 'http-route' | 'portal';
  /** Only requests that came over this scheme (`web` and `websecure` entry points, TLS routers); absent = any. */
  readonly scheme?: 'http' | 'https';
  /** What a connection must have been made with, over and above what its host demands; absent = nothing. */
  readonly tls?: TlsOptions;
  readonly rule: Rule;
  /** Traefik's: the length of the rule's text unless the object sets one. Need not be whole: fractions order equal API paths. */
  readonly priority: number;
  /** Hosts this route can answer for, lower case; empty means any (the rule still decides). An index, not a condition. */
  readonly hosts: readonly string[];
  /** The route as it is reached at the edge, under a host of the platform's. */
  readonly isAtEdge?: true;
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

export interface ApplicationKey {
  readonly application: ObjectRef;
  readonly appId: string;
  readonly isSuspended: boolean;
}

export interface ApiGuard {
  /** Need not exist: then no grant lets anyone through. */
  readonly api: ObjectRef;
  readonly version: ObjectRef | null;
  /** `release` of the APIVersion, for people and metrics. */
  readonly release: string | null;
  /** `title` of the APIVersion, for people. */
  readonly versionTitle?: string;
  /** It is the version that the API names as its current one. */
  readonly isCurrentVersion?: true;
  /** Null in generation v3, whose APIs are served by ordinary routes. */
  readonly gateway: ObjectRef | null;
  readonly collection: ObjectRef | null;
  /** Collection + API prefix: stripped before forwarding; operations are matched on what remains. */
  readonly prefix: string;
  /** Prefix of the version's route, after `prefix`. */
  readonly versionPrefix: string;
  /** `stripPathPrefix` of the APIVersion: `versionPrefix` is stripped too. */
  readonly stripVersionPrefix: boolean;
  /** What the route's middlewares do to the path; operations are matched on the result. */
  readonly rewrites?: readonly PathChange[];
  /** Overrides `Model.apiAuth`. */
  readonly auth?: ApiAuth;
  /** Rights are a union: the first grant that lets the caller through applies. */
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
  /** Ids of applications of the access's namespace. */
  readonly applications?: readonly string[];
  /** Expression that the claims of the caller's token must satisfy. */
  readonly claims?: string;
  /** Of several grants that let a caller through, the one of the highest weight applies. */
  readonly weight?: number;
  readonly terms?: PlanTerms;
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
  | { readonly kind: 'portal'; readonly portal: Portal }
  /** Answers by itself (a redirect middleware always comes first) or has nowhere to go. */
  | { readonly kind: 'none'; readonly status: 404 | 418 | 500 | 503; readonly reason: string };

export interface WeightedTarget {
  readonly weight: number;
  readonly target: Target;
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
