import type { ClientSettings, JwtVerification, KeySource, LdapDirectory } from './authentication.ts';
import type { ObjectRef } from './object-ref.ts';
import type { RedisSettings } from './redis-settings.ts';

/**
 * An AccessControlPolicy, or a Middleware of Traefik Hub that does the same, resolved: Secrets read, defaults filled in. Facts:
 * AccessControlPolicy reference in docs/resources.md, and "Middlewares of Traefik Hub's gateway" in docs/gateway.md.
 */
export type AccessPolicy = {
  readonly source: ObjectRef;
  /** Made on the platform: its URLs may not lead to the agent's own machine, link or cloud services. */
  readonly isRemote?: true;
} & PolicySpec;

export type PolicySpec =
  | {
      readonly kind: 'jwt';
      readonly verification: JwtVerification;
      readonly stripAuthorizationHeader: boolean;
      /** header ← claim */
      readonly forwardHeaders: Readonly<Record<string, string>>;
      /** Expression such as `Equals("role", "admin") && OneOf("team", "a", "b")`. */
      readonly claims: string | null;
    }
  | {
      readonly kind: 'basicAuth';
      /** htpasswd lines. */
      readonly users: readonly string[];
      readonly realm: string;
      readonly stripAuthorizationHeader: boolean;
      readonly forwardUsernameHeader: string | null;
    }
  | {
      readonly kind: 'apiKey';
      readonly keySource: KeySource;
      /** `value`: lower-case hex of SHAKE-256 with 64 bytes of output. */
      readonly keys: readonly {
        readonly id: string;
        readonly value: string;
        readonly metadata: Readonly<Record<string, string>>;
      }[];
      readonly forwardHeaders: Readonly<Record<string, string>>;
    }
  | {
      /** Keys without identity, known by their htpasswd hashes. */
      readonly kind: 'hashedKeys';
      readonly keySource: KeySource;
      /** bcrypt, `{SHA}` or apr1, without a name before it. */
      readonly hashes: readonly string[];
      /** Callers send the base64 form of their key. */
      readonly isBase64: boolean;
    }
  | OidcPolicySpec
  | {
      readonly kind: 'oAuthIntro';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly tokenTypeHint: string | null;
      readonly client: ClientSettings;
      readonly tokenSource: KeySource;
      /** Upstreams do not get the token. */
      readonly stripsToken: boolean;
      readonly forwardHeaders: Readonly<Record<string, string>>;
      readonly claims: string | null;
    }
  | {
      /** Fetches a token by the client credentials grant (RFC 6749 §4.4), which upstreams get. */
      readonly kind: 'clientCredentials';
      readonly url: string;
      /** Null: those that the caller sends as HTTP Basic. */
      readonly credentials: { readonly id: string; readonly secret: string } | null;
      readonly audience: string | null;
      readonly scopes: readonly string[];
      readonly client: ClientSettings;
      readonly forwardHeaders: Readonly<Record<string, string>>;
      readonly claims: string | null;
    }
  | {
      readonly kind: 'ldap';
      readonly directory: LdapDirectory;
      readonly forwardUsernameHeader: string | null;
      readonly stripAuthorizationHeader: boolean;
      /** Realm of the challenge; null sends none. */
      readonly challengeRealm: string | null;
    }
  | {
      /** Signatures of requests by shared keys (draft-cavage-http-signatures-12). */
      readonly kind: 'hmac';
      readonly keys: readonly { readonly id: string; readonly key: string }[];
      readonly validatesDigest: boolean;
      /** Lower case; what every signature must cover. */
      readonly enforcedHeaders: readonly string[];
    };

/** `oidcGoogle` too: issuer, scope and claims are then filled in. */
export interface OidcPolicySpec {
  readonly kind: 'oidc';
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUrl: string;
  readonly logoutUrl: string | null;
  readonly disableAuthRedirectionPaths: readonly string[];
  readonly authParams: Readonly<Record<string, string>>;
  readonly scopes: readonly string[];
  readonly stateCookie: CookieSettings;
  readonly session: CookieSettings & { readonly refresh: boolean };
  readonly forwardHeaders: Readonly<Record<string, string>>;
  readonly claims: string | null;
  /** What only the middleware can set. */
  readonly more?: OidcExtras;
}

export interface OidcExtras {
  readonly client: ClientSettings;
  /** Added to the address of the provider's configuration. */
  readonly discoveryParams: Readonly<Record<string, string>>;
  /** No request begins a sign-in. */
  readonly disableLogin: boolean;
  /** The only URL that begins a sign-in; null: every page does. A path, host and path, or a whole URL, as the two that follow. */
  readonly loginUrl: string | null;
  readonly postLoginRedirectUrl: string | null;
  readonly postLogoutRedirectUrl: string | null;
  /** Renews the session's cookie while it is used. */
  readonly sliding: boolean;
  /** What session cookies are sealed with; null: the client secret. */
  readonly sessionSecret: string | null;
  /** Where sessions are kept; null: in the cookies themselves. */
  readonly store: RedisSettings | null;
  /** Where the provider ends sessions that are kept in the store. */
  readonly backchannelLogout: {
    readonly url: string;
    /** Logout tokens must name the session, not only the user. */
    readonly needsSessionId: boolean;
  } | null;
  /** Null: requests that change something need no token. */
  readonly csrf: { readonly secure: boolean; readonly headerName: string } | null;
}

export interface CookieSettings {
  /** Absent: made of the policy's name. */
  readonly name?: string;
  /** Absent: as long as is usual for what it holds. */
  readonly maxAgeSeconds?: number;
  /** Scripts of pages may read it. */
  readonly isReadable?: true;
  readonly sameSite: 'lax' | 'strict' | 'none';
  readonly secure: boolean;
  readonly domain: string | null;
  readonly path: string;
}
