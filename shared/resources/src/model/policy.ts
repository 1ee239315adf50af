import type { JwtVerification, KeySource } from './authentication.ts';
import type { ObjectRef } from './object-ref.ts';

/** An AccessControlPolicy, resolved: Secrets read, defaults filled in. Facts: AccessControlPolicy reference in docs/resources.md. */
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
      /** `oidcGoogle` too: issuer, scope and claims are then filled in. */
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
    }
  | {
      readonly kind: 'oAuthIntro';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly tokenTypeHint: string | null;
      readonly ca: string | null;
      readonly insecureSkipVerify: boolean;
      readonly timeoutMs: number;
      readonly maxRetries: number;
      readonly tokenSource: KeySource;
      readonly forwardHeaders: Readonly<Record<string, string>>;
      readonly claims: string | null;
    };

export interface CookieSettings {
  readonly sameSite: 'lax' | 'strict' | 'none';
  readonly secure: boolean;
  readonly domain: string | null;
  readonly path: string;
}
