import type { ObjectRef } from './object-ref.ts';

/** How callers of API routes prove who they are: a choice of the workspace, or of a namespace (APIAuth). */
export type ApiAuth =
  | { readonly kind: 'apiKey'; readonly source: KeySource }
  | {
      /** Tokens of applications, as an APIAuth accepts them. */
      readonly kind: 'application-jwt';
      readonly jwt: JwtVerification;
      readonly appIdClaim: string;
      /** header ← claim */
      readonly forwardHeaders: Readonly<Record<string, string>>;
    }
  | ({ readonly kind: 'ldap' } & LdapDirectory)
  /** An APIAuth that cannot be used: its APIs can be called by no one. */
  | { readonly kind: 'unusable'; readonly source: ObjectRef; readonly reason: string; readonly fix: string }
  | {
      readonly kind: 'jwt';
      readonly jwt: JwtVerification;
      readonly groupsClaim: string;
      readonly userIdClaim: string;
      /** Set on the platform: its URL may not lead to the agent's own machine, its link or cloud services. */
      readonly isRemote?: true;
    };

/** Where a key is read; precedence header, query, cookie. */
export interface KeySource {
  readonly header?: string;
  readonly headerAuthScheme?: string;
  readonly query?: string;
  readonly cookie?: string;
}

/** How the gateway calls an authorization server. */
export interface ClientSettings {
  /** PEM; null: the authorities of the system. */
  readonly ca: string | null;
  /** Certificate chain and key of the gateway, PEM. */
  readonly certificate: { readonly cert: string; readonly key: string } | null;
  readonly insecureSkipVerify: boolean;
  /** Of each attempt. */
  readonly timeoutMs: number;
  readonly maxRetries: number;
}

/** A directory that user names and passwords are checked against (RFC 4511). */
export interface LdapDirectory {
  /** `ldap://` or `ldaps://`. */
  readonly url: string;
  readonly startTls: boolean;
  readonly insecureSkipVerify: boolean;
  /** PEM. */
  readonly certificateAuthority: string | null;
  /** Name and password to search with; null searches anonymously. */
  readonly bind: { readonly dn: string; readonly password: string } | null;
  readonly baseDn: string;
  readonly attribute: string;
  /** `%s` stands for the user name; null binds as `attribute=name,baseDn` without a search. */
  readonly searchFilter: string | null;
}

export interface JwtVerification {
  readonly signingSecret?: string;
  readonly signingSecretBase64Encoded?: boolean;
  readonly publicKey?: string;
  readonly jwksFile?: string;
  readonly jwksUrl?: string;
  /** Whose tokens count where `jwksUrl` is a path, which is then resolved against the issuer. */
  readonly trustedIssuers?: readonly string[];
  /** Key sets by issuer; the one without an issuer serves tokens of every other. */
  readonly keySets?: readonly { readonly issuer?: string; readonly url: string }[];
  /** Absent or empty: `jwt`; null: tokens are read from Authorization alone. */
  readonly tokenQueryKey?: string | null;
  /** A form in the body may carry the token under `tokenQueryKey` too (RFC 6750 §2.2). */
  readonly readsForm?: true;
  /** The only `iss` that tokens may have; absent = any. */
  readonly issuer?: string;
  /** What `aud` of tokens must contain; absent = anything. */
  readonly audience?: string;
  /** Upstreams of API routes get the token too. */
  readonly forwardToken?: boolean;
  /** How key sets are fetched; absent: with the gateway's defaults. */
  readonly client?: ClientSettings;
  /** Tokens without `exp` are refused. */
  readonly requiresExpiry?: boolean;
}
