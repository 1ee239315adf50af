// Generated from crds/v2/apiversion.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** APIVersion is one version of an API, with the conditions under which a request is meant for it. */
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
}

/** The version. */
export interface ApiVersionSpec {
  /** Name of the API this is a version of, in the namespace of this object. */
  readonly apiName: string;
  /** Cross-origin resource sharing: which web pages of other origins may call. */
  readonly cors?: ApiVersionSpecCors;
  /** Changes to headers. */
  readonly headers?: ApiVersionSpecHeaders;
  /** Release as a semantic version, with or without a leading v. Shown; it does not decide routing. */
  readonly release?: string;
  /** Conditions under which a request is meant for this version. Any one of them is enough. */
  readonly routes?: readonly ApiVersionSpecRoutesItem[];
  /** Service that answers requests of this version. */
  readonly service: ApiVersionSpecService;
  /** Remove the path prefix of the route before the request is forwarded. */
  readonly stripPathPrefix?: boolean;
  /** Title people read. */
  readonly title?: string;
}

/** Service that answers requests of this version. */
export interface ApiVersionSpecService {
  /** Name of the Service, in the namespace of this object. */
  readonly name: string;
  /** Where the OpenAPI document is. */
  readonly openApiSpec?: ApiVersionSpecServiceOpenApiSpec;
  /** Port of the Service. */
  readonly port: ApiVersionSpecServicePort;
}

/** Port of the Service. */
export interface ApiVersionSpecServicePort {
  /** Name of the port. */
  readonly name?: string;
  /** Number of the port. */
  readonly number?: number;
}

/** Where the OpenAPI document is. */
export interface ApiVersionSpecServiceOpenApiSpec {
  /** Named sets of operations, for operation filters to refer to. */
  readonly operationSets?: readonly ApiVersionSpecServiceOpenApiSpecOperationSetsItem[];
  /** Path of the document on the Service. */
  readonly path?: string;
  /** URL of the document, in YAML or JSON. */
  readonly url?: string;
}

/** A named set of operations. */
export interface ApiVersionSpecServiceOpenApiSpecOperationSetsItem {
  /** Name of the set, as operation filters refer to it. */
  readonly name: string;
  /** Matchers of the set; an operation belongs to the set when any of them matches. */
  readonly matchers: readonly ApiVersionSpecServiceOpenApiSpecOperationSetsItemMatchersItem[];
}

/** Matches operations of the OpenAPI document; the path condition and the methods must both hold. */
export interface ApiVersionSpecServiceOpenApiSpecOperationSetsItemMatchersItem {
  /** HTTP methods to match. Absent, any method matches. */
  readonly methods?: readonly string[];
  /** Exact path of the operation, as the OpenAPI document writes it. */
  readonly path?: string;
  /** Beginning of the path of the operation. */
  readonly pathPrefix?: string;
  /** Regular expression (RE2 syntax) the path of the operation must match. */
  readonly pathRegex?: string;
}

/** A condition: everything set here must hold. */
export interface ApiVersionSpecRoutesItem {
  /** Request headers and the values they must have. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Path that must follow the prefixes of the collection and of the API. */
  readonly pathPrefix?: string;
  /** Query parameters and the values they must have. */
  readonly queryParams?: Readonly<Record<string, string>>;
}

/** Changes to headers. */
export interface ApiVersionSpecHeaders {
  /** Changes to the headers of requests. */
  readonly request?: ApiVersionSpecHeadersRequest;
  /** Changes to the headers of responses. */
  readonly response?: ApiVersionSpecHeadersResponse;
}

/** Changes to the headers of responses. */
export interface ApiVersionSpecHeadersResponse {
  /** Headers to remove. */
  readonly delete?: readonly string[];
  /** Headers to set, with their values. */
  readonly set?: Readonly<Record<string, string>>;
}

/** Changes to the headers of requests. */
export interface ApiVersionSpecHeadersRequest {
  /** Headers to remove. */
  readonly delete?: readonly string[];
  /** Headers to set, with their values. */
  readonly set?: Readonly<Record<string, string>>;
}

/** Cross-origin resource sharing: which web pages of other origins may call. */
export interface ApiVersionSpecCors {
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
