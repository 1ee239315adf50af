// Generated from crds/v3/apiversion.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** APIVersion is one version of an API. Requests reach it where the annotation hub.traefik.io/api-version of an Ingress or IngressRoute names it. */
export interface ApiVersion {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'APIVersion';
  readonly metadata: ObjectMeta;
  /** The version. */
  readonly spec: ApiVersionSpec;
  /** What the platform last reported about this object. Written by Portolan. */
  readonly status?: ApiVersionStatus;
  readonly [other: string]: unknown;
}

/** What the platform last reported about this object. Written by Portolan. */
export interface ApiVersionStatus {
  /** Version of the object on the platform. */
  readonly version?: string;
  /** Time of the last synchronisation with the platform. */
  readonly syncedAt?: string;
  /** Hash of the synchronised content, to tell whether it has changed since. */
  readonly hash?: string;
  /** State of this object, one entry per aspect. */
  readonly conditions?: readonly ApiVersionStatusConditionsItem[];
}

/** One aspect of the state of this object. */
export interface ApiVersionStatusConditionsItem {
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

/** The version. */
export interface ApiVersionSpec {
  /** Cross-origin resource sharing: which web pages of other origins may call. */
  readonly cors?: ApiVersionSpecCors;
  /** Description people read; precedes that of the OpenAPI document. */
  readonly description?: string;
  /** Where the OpenAPI document is, and what to make of it. */
  readonly openApiSpec?: ApiVersionSpecOpenApiSpec;
  /** Release as a semantic version, with or without a leading v. */
  readonly release: string;
  /** Title people read; precedes that of the OpenAPI document. */
  readonly title?: string;
}

/** Where the OpenAPI document is, and what to make of it. */
export interface ApiVersionSpecOpenApiSpec {
  /** Named sets of operations, for operation filters to refer to. */
  readonly operationSets?: readonly ApiVersionSpecOpenApiSpecOperationSetsItem[];
  /** What to replace in the document. */
  readonly override?: ApiVersionSpecOpenApiSpecOverride;
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
export interface ApiVersionSpecOpenApiSpecOverride {
  /** Servers that replace those of the document. */
  readonly servers: readonly ApiVersionSpecOpenApiSpecOverrideServersItem[];
}

/** A server. */
export interface ApiVersionSpecOpenApiSpecOverrideServersItem {
  /** URL of the server. */
  readonly url: string;
}

/** A named set of operations. */
export interface ApiVersionSpecOpenApiSpecOperationSetsItem {
  /** Name of the set, as operation filters refer to it. */
  readonly name: string;
  /** Matchers of the set; an operation belongs to the set when any of them matches. */
  readonly matchers: readonly ApiVersionSpecOpenApiSpecOperationSetsItemMatchersItem[];
}

/** Matches operations of the OpenAPI document; the path condition and the methods must both hold. */
export interface ApiVersionSpecOpenApiSpecOperationSetsItemMatchersItem {
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
export interface ApiVersionSpecCors {
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
