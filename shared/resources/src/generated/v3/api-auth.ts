// Generated from crds/v3/apiauth.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** APIAuth says how callers of the APIs of its namespace prove who they are. One of a namespace is the default. */
export interface ApiAuth {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'APIAuth';
  readonly metadata: ObjectMeta;
  /** How callers prove who they are. */
  readonly spec: ApiAuthSpec;
  /** What the platform last reported about this object. Written by Portolan. */
  readonly status?: ApiAuthStatus;
  readonly [other: string]: unknown;
}

/** What the platform last reported about this object. Written by Portolan. */
export interface ApiAuthStatus {
  /** Version of the object on the platform. */
  readonly version?: string;
  /** Time of the last synchronisation with the platform. */
  readonly syncedAt?: string;
  /** Hash of the synchronised content, to tell whether it has changed since. */
  readonly hash?: string;
  /** State of this object, one entry per aspect. */
  readonly conditions?: readonly ApiAuthStatusConditionsItem[];
}

/** One aspect of the state of this object. */
export interface ApiAuthStatusConditionsItem {
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

/** How callers prove who they are. */
export interface ApiAuthSpec {
  /** Callers present an API key. */
  readonly apiKey?: ApiAuthSpecApiKey;
  /** Applies to every API of the namespace. */
  readonly isDefault: boolean;
  /** Callers present a signed JSON Web Token. */
  readonly jwt?: ApiAuthSpecJwt;
  /** Callers present the user name and password of a directory. */
  readonly ldap?: ApiAuthSpecLdap;
}

/** Callers present the user name and password of a directory. */
export interface ApiAuthSpecLdap {
  /** Attribute that holds the user name. */
  readonly attribute: string;
  /** Where in the directory users are looked for. */
  readonly baseDn: string;
  /** Name to bind with. Absent, the bind is anonymous. */
  readonly bindDn?: string;
  /** Secret that holds the password to bind with, under the key password. */
  readonly bindPasswordSecretName?: string;
  /** Certificate authorities to trust, in PEM. */
  readonly certificateAuthority?: string;
  /** Accept any certificate. Not for production. */
  readonly insecureSkipVerify?: boolean;
  /** Filter to search the user with; %s stands for the user name. */
  readonly searchFilter?: string;
  /** Switch the connection to TLS. */
  readonly startTls?: boolean;
  /** Address of the directory: ldap:// or ldaps://. */
  readonly url: string;
}

/** Callers present a signed JSON Web Token. */
export interface ApiAuthSpecJwt {
  /** Claim that holds the application ID, such as client_id or azp. */
  readonly appIdClaim: string;
  /** How to reach the other side. */
  readonly clientConfig?: ApiAuthSpecJwtClientConfig;
  /** Headers to send to the upstream, each with the claim its value is taken from. */
  readonly forwardHeaders?: Readonly<Record<string, string>>;
  /** JSON Web Key Set to verify signatures with. */
  readonly jwksFile?: string;
  /** URL of the JSON Web Key Set. Deprecated: use trustedIssuers. */
  readonly jwksUrl?: string;
  /** Public key to verify signatures with, in PEM. */
  readonly publicKey?: string;
  /** Secret that holds the key of HMAC signatures, under the key value. */
  readonly signingSecretName?: string;
  /** Remove the Authorization header before the request is forwarded. */
  readonly stripAuthorizationHeader?: boolean;
  /** Claim that names the token in metrics. */
  readonly tokenNameClaim?: string;
  /** Query parameter to look for the token in. */
  readonly tokenQueryKey?: string;
  /** Issuers whose tokens are accepted. */
  readonly trustedIssuers?: readonly ApiAuthSpecJwtTrustedIssuersItem[];
}

/** An issuer. */
export interface ApiAuthSpecJwtTrustedIssuersItem {
  /** Issuer as tokens name it. Absent, this one serves tokens of any other issuer. */
  readonly issuer?: string;
  /** URL of its JSON Web Key Set. */
  readonly jwksUrl: string;
}

/** How to reach the other side. */
export interface ApiAuthSpecJwtClientConfig {
  /** How often to try again when it does not answer. */
  readonly maxRetries: number;
  /** Seconds to wait for an answer. */
  readonly timeoutSeconds: number;
  /** TLS of the connection. */
  readonly tls?: ApiAuthSpecJwtClientConfigTls;
}

/** TLS of the connection. */
export interface ApiAuthSpecJwtClientConfigTls {
  /** Certificate authorities to trust, in PEM. */
  readonly ca?: string;
  /** Accept any certificate. Not for production. */
  readonly insecureSkipVerify?: boolean;
}

/** Callers present an API key. */
export interface ApiAuthSpecApiKey {
  /** Where in the request the key is. Absent, it is the Authorization header with scheme Bearer, or the query parameter api_key; set, nothing else. */
  readonly keySource?: ApiAuthSpecApiKeyKeySource;
}

/** Where in the request the key is. Absent, it is the Authorization header with scheme Bearer, or the query parameter api_key; set, nothing else. */
export interface ApiAuthSpecApiKeyKeySource {
  /** Name of a request header that holds the key. */
  readonly header?: string;
  /** Scheme that must precede the key in the Authorization header. */
  readonly headerAuthScheme?: string;
  /** Name of a query parameter that holds the key. */
  readonly query?: string;
}
