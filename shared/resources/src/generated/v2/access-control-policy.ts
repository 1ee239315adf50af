// Generated from crds/v2/accesscontrolpolicy.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** AccessControlPolicy says how callers of an Ingress or IngressRoute prove who they are. It applies where the annotation hub.traefik.io/access-control-policy names it. */
export interface AccessControlPolicy {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'AccessControlPolicy';
  readonly metadata: ObjectMeta;
  /** How callers prove who they are. Exactly one of the methods should be set; when several are, the first of jwt, basicAuth, apiKey, oidc, oidcGoogle, oAuthIntro counts. */
  readonly spec?: AccessControlPolicySpec;
  /** What the platform last reported about this object. Written by Portolan. */
  readonly status?: AccessControlPolicyStatus;
  readonly [other: string]: unknown;
}

/** What the platform last reported about this object. Written by Portolan. */
export interface AccessControlPolicyStatus {
  /** Version of the object on the platform. */
  readonly version?: string;
  /** Time of the last synchronisation with the platform. */
  readonly syncedAt?: string;
  /** Hash of the synchronised content, to tell whether it has changed since. */
  readonly specHash?: string;
}

/** How callers prove who they are. Exactly one of the methods should be set; when several are, the first of jwt, basicAuth, apiKey, oidc, oidcGoogle, oAuthIntro counts. */
export interface AccessControlPolicySpec {
  /** Callers present an API key that is listed here. */
  readonly apiKey?: AccessControlPolicySpecApiKey;
  /** Callers present a user name and a password (HTTP basic authentication). */
  readonly basicAuth?: AccessControlPolicySpecBasicAuth;
  /** Callers present a signed JSON Web Token. */
  readonly jwt?: AccessControlPolicySpecJwt;
  /** Callers present a token that an authorization server confirms (OAuth 2.0 token introspection, RFC 7662). */
  readonly oAuthIntro?: AccessControlPolicySpecOAuthIntro;
  /** Callers sign in at an OpenID Connect provider. */
  readonly oidc?: AccessControlPolicySpecOidc;
  /** Callers sign in with a Google account. */
  readonly oidcGoogle?: AccessControlPolicySpecOidcGoogle;
}

/** Callers sign in with a Google account. */
export interface AccessControlPolicySpecOidcGoogle {
  /** Further parameters to add to the authorization request. */
  readonly authParams?: Readonly<Record<string, string>>;
  /** Client ID given by the identity provider. */
  readonly clientId?: string;
  /** Paths that answer 401 instead of redirecting to the sign-in page. */
  readonly disableAuthRedirectionPaths?: readonly string[];
  /** Headers to send to the upstream, each with the claim its value is taken from. */
  readonly forwardHeaders?: Readonly<Record<string, string>>;
  /** Path or URL that ends the session. */
  readonly logoutUrl?: string;
  /** Path or URL the identity provider returns to after sign-in. Defaults to /callback. */
  readonly redirectUrl?: string;
  /** Secret that holds the client secret, under the key clientSecret. */
  readonly secret?: AccessControlPolicySpecOidcGoogleSecret;
  /** Cookie that keeps the session. */
  readonly session?: AccessControlPolicySpecOidcGoogleSession;
  /** Cookie that protects the sign-in itself. */
  readonly stateCookie?: AccessControlPolicySpecOidcGoogleStateCookie;
  /** E-mail addresses that are let in. */
  readonly emails?: readonly string[];
}

/** Cookie that protects the sign-in itself. */
export interface AccessControlPolicySpecOidcGoogleStateCookie {
  /** Domain the cookie is valid for. */
  readonly domain?: string;
  /** Path the cookie is valid for. */
  readonly path?: string;
  /** SameSite attribute of the cookie: default, none, lax or strict. */
  readonly sameSite?: string;
  /** Send the cookie over HTTPS alone. */
  readonly secure?: boolean;
}

/** Cookie that keeps the session. */
export interface AccessControlPolicySpecOidcGoogleSession {
  /** Domain the cookie is valid for. */
  readonly domain?: string;
  /** Path the cookie is valid for. */
  readonly path?: string;
  /** SameSite attribute of the cookie: default, none, lax or strict. */
  readonly sameSite?: string;
  /** Send the cookie over HTTPS alone. */
  readonly secure?: boolean;
  /** Renew the session while it is used. */
  readonly refresh: boolean;
}

/** Secret that holds the client secret, under the key clientSecret. */
export interface AccessControlPolicySpecOidcGoogleSecret {
  /** Name of the Secret. */
  readonly name: string;
  /** Namespace of the Secret. */
  readonly namespace?: string;
}

/** Callers sign in at an OpenID Connect provider. */
export interface AccessControlPolicySpecOidc {
  /** Further parameters to add to the authorization request. */
  readonly authParams?: Readonly<Record<string, string>>;
  /** Client ID given by the identity provider. */
  readonly clientId?: string;
  /** Paths that answer 401 instead of redirecting to the sign-in page. */
  readonly disableAuthRedirectionPaths?: readonly string[];
  /** Headers to send to the upstream, each with the claim its value is taken from. */
  readonly forwardHeaders?: Readonly<Record<string, string>>;
  /** Path or URL that ends the session. */
  readonly logoutUrl?: string;
  /** Path or URL the identity provider returns to after sign-in. Defaults to /callback. */
  readonly redirectUrl?: string;
  /** Secret that holds the client secret, under the key clientSecret. */
  readonly secret?: AccessControlPolicySpecOidcSecret;
  /** Cookie that keeps the session. */
  readonly session?: AccessControlPolicySpecOidcSession;
  /** Cookie that protects the sign-in itself. */
  readonly stateCookie?: AccessControlPolicySpecOidcStateCookie;
  /** Expression the claims of the token must satisfy, such as Equals(`group`, `admin`). */
  readonly claims?: string;
  /** URL of the identity provider. */
  readonly issuer?: string;
  /** Scopes to ask for. Defaults to openid. */
  readonly scopes?: readonly string[];
}

/** Cookie that protects the sign-in itself. */
export interface AccessControlPolicySpecOidcStateCookie {
  /** Domain the cookie is valid for. */
  readonly domain?: string;
  /** Path the cookie is valid for. */
  readonly path?: string;
  /** SameSite attribute of the cookie: default, none, lax or strict. */
  readonly sameSite?: string;
  /** Send the cookie over HTTPS alone. */
  readonly secure?: boolean;
}

/** Cookie that keeps the session. */
export interface AccessControlPolicySpecOidcSession {
  /** Domain the cookie is valid for. */
  readonly domain?: string;
  /** Path the cookie is valid for. */
  readonly path?: string;
  /** SameSite attribute of the cookie: default, none, lax or strict. */
  readonly sameSite?: string;
  /** Send the cookie over HTTPS alone. */
  readonly secure?: boolean;
  /** Renew the session while it is used. */
  readonly refresh: boolean;
}

/** Secret that holds the client secret, under the key clientSecret. */
export interface AccessControlPolicySpecOidcSecret {
  /** Name of the Secret. */
  readonly name: string;
  /** Namespace of the Secret. */
  readonly namespace?: string;
}

/** Callers present a token that an authorization server confirms (OAuth 2.0 token introspection, RFC 7662). */
export interface AccessControlPolicySpecOAuthIntro {
  /** Expression the claims of the token must satisfy, such as Equals(`group`, `admin`). */
  readonly claims?: string;
  /** How to reach the introspection endpoint. */
  readonly clientConfig: AccessControlPolicySpecOAuthIntroClientConfig;
  /** Headers to send to the upstream, each with the claim its value is taken from. */
  readonly forwardHeaders?: Readonly<Record<string, string>>;
  /** Where in the request the token is. */
  readonly tokenSource: AccessControlPolicySpecOAuthIntroTokenSource;
}

/** Where in the request the token is. */
export interface AccessControlPolicySpecOAuthIntroTokenSource {
  /** Name of a cookie that holds the token. */
  readonly cookie?: string;
  /** Name of a request header that holds the token. Looked at first. */
  readonly header?: string;
  /** Scheme that must precede the token in the Authorization header, such as Bearer. */
  readonly headerAuthScheme?: string;
  /** Name of a query parameter that holds the token. Looked at after the header. */
  readonly query?: string;
}

/** How to reach the introspection endpoint. */
export interface AccessControlPolicySpecOAuthIntroClientConfig {
  /** Headers of the introspection request; values may be templates over the incoming request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How often to try again when the server does not answer. */
  readonly maxRetries: number;
  /** Seconds to wait for an answer. */
  readonly timeoutSeconds: number;
  /** TLS of the connection. */
  readonly tls?: AccessControlPolicySpecOAuthIntroClientConfigTls;
  /** Hint about the type of the token, passed on to the server. */
  readonly tokenTypeHint?: string;
  /** URL of the introspection endpoint. */
  readonly url: string;
}

/** TLS of the connection. */
export interface AccessControlPolicySpecOAuthIntroClientConfigTls {
  /** Certificate authorities to trust, in PEM. */
  readonly ca?: string;
  /** Accept any certificate. Not for production. */
  readonly insecureSkipVerify?: boolean;
}

/** Callers present a signed JSON Web Token. */
export interface AccessControlPolicySpecJwt {
  /** Expression the claims of the token must satisfy, such as Equals(`group`, `admin`). */
  readonly claims?: string;
  /** Headers to send to the upstream, each with the claim its value is taken from. */
  readonly forwardHeaders?: Readonly<Record<string, string>>;
  /** JSON Web Key Set to verify signatures with: its text, or the path of a file. */
  readonly jwksFile?: string;
  /** URL of the JSON Web Key Set to verify signatures with; a path alone is taken relative to the issuer, which `claims` must then insist on. */
  readonly jwksUrl?: string;
  /** Public key to verify signatures with, in PEM. */
  readonly publicKey?: string;
  /** Secret to verify HMAC signatures with. */
  readonly signingSecret?: string;
  /** The signing secret is base64-encoded. */
  readonly signingSecretBase64Encoded?: boolean;
  /** Remove the Authorization header before the request is forwarded. */
  readonly stripAuthorizationHeader?: boolean;
  /** Query parameter to look for the token in when there is no Authorization header. Defaults to jwt. */
  readonly tokenQueryKey?: string;
}

/** Callers present a user name and a password (HTTP basic authentication). */
export interface AccessControlPolicySpecBasicAuth {
  /** Header to send the user name to the upstream in. */
  readonly forwardUsernameHeader?: string;
  /** Realm named in the challenge. Defaults to hub. */
  readonly realm?: string;
  /** Remove the Authorization header before the request is forwarded. */
  readonly stripAuthorizationHeader?: boolean;
  /** Users as name:hash, the hash as htpasswd writes it. */
  readonly users?: readonly string[];
}

/** Callers present an API key that is listed here. */
export interface AccessControlPolicySpecApiKey {
  /** Headers to send to the upstream, each with the metadata key its value is taken from. */
  readonly forwardHeaders?: Readonly<Record<string, string>>;
  /** Keys that are accepted. */
  readonly keys?: readonly AccessControlPolicySpecApiKeyKeysItem[];
  /** Where in the request the key is. */
  readonly keySource: AccessControlPolicySpecApiKeyKeySource;
}

/** Where in the request the key is. */
export interface AccessControlPolicySpecApiKeyKeySource {
  /** Name of a cookie that holds the token. */
  readonly cookie?: string;
  /** Name of a request header that holds the token. Looked at first. */
  readonly header?: string;
  /** Scheme that must precede the token in the Authorization header, such as Bearer. */
  readonly headerAuthScheme?: string;
  /** Name of a query parameter that holds the token. Looked at after the header. */
  readonly query?: string;
}

/** An accepted key. */
export interface AccessControlPolicySpecApiKeyKeysItem {
  /** Name of the key, unique in the policy. */
  readonly id: string;
  /** Facts about the owner of the key, which forwardHeaders can pass on. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Hash of the key: SHAKE-256 with 64 bytes of output, in hexadecimal. */
  readonly value: string;
}
