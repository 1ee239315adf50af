// Generated from crds/v2/api.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** API is an HTTP API that a Service offers, under a path prefix. Who may call it is said by APIAccess. */
export interface Api {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'API';
  readonly metadata: ObjectMeta;
  /** The API: either one Service, or the name of its current version. */
  readonly spec: ApiSpec;
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
}

/** The API: either one Service, or the name of its current version. */
export interface ApiSpec {
  /** Cross-origin resource sharing: which web pages of other origins may call. */
  readonly cors?: ApiSpecCors;
  /** Name of the APIVersion shown by default. Set, it makes the API a versioned one; the Services are then named by its versions. */
  readonly currentVersion?: string;
  /** Changes to headers. */
  readonly headers?: ApiSpecHeaders;
  /** Path under which the API is reached, after the domain and the prefix of its collection, if any. */
  readonly pathPrefix: string;
  /** Service that answers requests. */
  readonly service?: ApiSpecService;
}

/** Service that answers requests. */
export interface ApiSpecService {
  /** Name of the Service, in the namespace of this object. */
  readonly name: string;
  /** Where the OpenAPI document is. */
  readonly openApiSpec?: ApiSpecServiceOpenApiSpec;
  /** Port of the Service. */
  readonly port: ApiSpecServicePort;
}

/** Port of the Service. */
export interface ApiSpecServicePort {
  /** Name of the port. */
  readonly name?: string;
  /** Number of the port. */
  readonly number?: number;
}

/** Where the OpenAPI document is. */
export interface ApiSpecServiceOpenApiSpec {
  /** Named sets of operations, for operation filters to refer to. */
  readonly operationSets?: readonly ApiSpecServiceOpenApiSpecOperationSetsItem[];
  /** Path of the document on the Service. */
  readonly path?: string;
  /** URL of the document, in YAML or JSON. */
  readonly url?: string;
}

/** A named set of operations. */
export interface ApiSpecServiceOpenApiSpecOperationSetsItem {
  /** Name of the set, as operation filters refer to it. */
  readonly name: string;
  /** Matchers of the set; an operation belongs to the set when any of them matches. */
  readonly matchers: readonly ApiSpecServiceOpenApiSpecOperationSetsItemMatchersItem[];
}

/** Matches operations of the OpenAPI document; the path condition and the methods must both hold. */
export interface ApiSpecServiceOpenApiSpecOperationSetsItemMatchersItem {
  /** HTTP methods to match. Absent, any method matches. */
  readonly methods?: readonly string[];
  /** Exact path of the operation, as the OpenAPI document writes it. */
  readonly path?: string;
  /** Beginning of the path of the operation. */
  readonly pathPrefix?: string;
  /** Regular expression (RE2 syntax) the path of the operation must match. */
  readonly pathRegex?: string;
}

/** Changes to headers. */
export interface ApiSpecHeaders {
  /** Changes to the headers of requests. */
  readonly request?: ApiSpecHeadersRequest;
  /** Changes to the headers of responses. */
  readonly response?: ApiSpecHeadersResponse;
}

/** Changes to the headers of responses. */
export interface ApiSpecHeadersResponse {
  /** Headers to remove. */
  readonly delete?: readonly string[];
  /** Headers to set, with their values. */
  readonly set?: Readonly<Record<string, string>>;
}

/** Changes to the headers of requests. */
export interface ApiSpecHeadersRequest {
  /** Headers to remove. */
  readonly delete?: readonly string[];
  /** Headers to set, with their values. */
  readonly set?: Readonly<Record<string, string>>;
}

/** Cross-origin resource sharing: which web pages of other origins may call. */
export interface ApiSpecCors {
  /** Let browsers send credentials. */
  readonly allowCredentials?: boolean;
  /** Request headers that are allowed. */
  readonly allowHeaders?: readonly string[];
  /** Methods that are allowed. */
  readonly allowMethods?: readonly string[];
  /** Origins that are allowed. */
  readonly allowOriginList?: readonly string[];
  /** Regular expressions of origins that are allowed. */
  readonly allowOriginListRegex?: readonly string[];
  /** Response headers that scripts may read. */
  readonly exposeHeaders?: readonly string[];
  /** Seconds a browser may keep the answer to a preflight request. */
  readonly maxAge?: number;
}
