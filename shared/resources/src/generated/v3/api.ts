// Generated from crds/v3/api.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** API is an HTTP API. Requests reach it where the annotation hub.traefik.io/api of an Ingress or IngressRoute names it. */
export interface Api {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'API';
  readonly metadata: ObjectMeta;
  /** The API. */
  readonly spec?: ApiSpec;
  /** What the platform last reported about this object. Written by Portolan. */
  readonly status?: ApiStatus;
  readonly [other: string]: unknown;
}

/** What the platform last reported about this object. Written by Portolan. */
export interface ApiStatus {
  /** Version of the object on the platform. */
  readonly version?: string;
  /** Time of the last synchronisation with the platform. */
  readonly syncedAt?: string;
  /** Hash of the synchronised content, to tell whether it has changed since. */
  readonly hash?: string;
  /** State of this object, one entry per aspect. */
  readonly conditions?: readonly ApiStatusConditionsItem[];
  /** Versions this object refers to that exist. */
  readonly resolvedVersions?: readonly ApiStatusResolvedVersionsItem[];
  /** Versions this object refers to that do not exist. */
  readonly unresolvedVersions?: readonly ApiStatusUnresolvedVersionsItem[];
}

/** Reference. */
export interface ApiStatusUnresolvedVersionsItem {
  /** Name. */
  readonly name: string;
}

/** Reference. */
export interface ApiStatusResolvedVersionsItem {
  /** Name. */
  readonly name: string;
}

/** One aspect of the state of this object. */
export interface ApiStatusConditionsItem {
  /** When the condition last changed. */
  readonly lastTransitionTime: string;
  /** Explanation a person can read. May be empty. */
  readonly message: string;
  /** Generation of the object the condition was computed from. */
  readonly observedGeneration?: number;
  /** Reason of the last change, one word in CamelCase. */
  readonly reason: string;
  /** Whether the condition holds. */
  readonly status: "True" | "False" | "Unknown";
  /** Which aspect this is, in CamelCase. */
  readonly type: string;
}

/** The API. */
export interface ApiSpec {
  /** Cross-origin resource sharing: which web pages of other origins may call. */
  readonly cors?: ApiSpecCors;
  /** Description people read. */
  readonly description?: string;
  /** Where the OpenAPI document is, and what to make of it. */
  readonly openApiSpec?: ApiSpecOpenApiSpec;
  /** Title people read. */
  readonly title?: string;
  /** Versions of the API. */
  readonly versions?: readonly ApiSpecVersionsItem[];
}

/** Reference to a version. */
export interface ApiSpecVersionsItem {
  /** Name of the APIVersion, in the namespace of this object. */
  readonly name: string;
}

/** Where the OpenAPI document is, and what to make of it. */
export interface ApiSpecOpenApiSpec {
  /** Named sets of operations, for operation filters to refer to. */
  readonly operationSets?: readonly ApiSpecOpenApiSpecOperationSetsItem[];
  /** What to replace in the document. */
  readonly override?: ApiSpecOpenApiSpecOverride;
  /** Path of the document on the Service the API is attached to; that route must have one Service only. */
  readonly path?: string;
  /** How often the document is fetched anew. */
  readonly refreshInterval?: string;
  /** URL of the document, in YAML or JSON. */
  readonly url?: string;
  /** Refuse requests whose body does not fit the document. Overrides the setting of the agent. */
  readonly validateRequestBodySchema?: boolean;
  /** Refuse requests whose method and path are not in the document. Overrides the setting of the agent. */
  readonly validateRequestMethodAndPath?: boolean;
}

/** What to replace in the document. */
export interface ApiSpecOpenApiSpecOverride {
  /** Servers that replace those of the document. */
  readonly servers: readonly ApiSpecOpenApiSpecOverrideServersItem[];
}

/** A server. */
export interface ApiSpecOpenApiSpecOverrideServersItem {
  /** URL of the server. */
  readonly url: string;
}

/** A named set of operations. */
export interface ApiSpecOpenApiSpecOperationSetsItem {
  /** Name of the set, as operation filters refer to it. */
  readonly name: string;
  /** Matchers of the set; an operation belongs to the set when any of them matches. */
  readonly matchers: readonly ApiSpecOpenApiSpecOperationSetsItemMatchersItem[];
}

/** Matches operations of the OpenAPI document; the path condition and the methods must both hold. */
export interface ApiSpecOpenApiSpecOperationSetsItemMatchersItem {
  /** HTTP methods to match. Absent, any method matches. */
  readonly methods?: readonly string[];
  /** Exact path of the operation, as the OpenAPI document writes it. */
  readonly path?: string;
  /** Beginning of the path of the operation. */
  readonly pathPrefix?: string;
  /** Regular expression (RE2 syntax) the path of the operation must match. */
  readonly pathRegex?: string;
}

/** Cross-origin resource sharing: which web pages of other origins may call. */
export interface ApiSpecCors {
  /** Add the Vary header when the answer depends on the origin. */
  readonly addVaryHeader?: boolean;
  /** Let browsers send credentials. */
  readonly allowCredentials?: boolean;
  /** Request headers that are allowed. */
  readonly allowHeadersList?: readonly string[];
  /** Methods that are allowed. */
  readonly allowMethodsList?: readonly string[];
  /** Regular expressions of origins that are allowed. */
  readonly allowOriginListRegex?: readonly string[];
  /** Origins that are allowed. */
  readonly allowOriginsList?: readonly string[];
  /** Response headers that scripts may read. */
  readonly exposeHeadersList?: readonly string[];
  /** Seconds a browser may keep the answer to a preflight request. */
  readonly maxAge?: number;
}
