/** How callers of API routes prove who they are: one choice for a workspace. */
export type ApiAuth =
  | { readonly kind: 'apiKey'; readonly source: KeySource }
  | {
      readonly kind: 'jwt';
      readonly jwt: JwtVerification;
      readonly groupsClaim: string;
      readonly userIdClaim: string;
    };

/** Where a key is read; precedence header, query, cookie. */
export interface KeySource {
  readonly header?: string;
  readonly headerAuthScheme?: string;
  readonly query?: string;
  readonly cookie?: string;
}

export interface JwtVerification {
  readonly signingSecret?: string;
  readonly signingSecretBase64Encoded?: boolean;
  readonly publicKey?: string;
  readonly jwksFile?: string;
  readonly jwksUrl?: string;
  /** Whose tokens count where `jwksUrl` is a path, which is then resolved against the issuer. */
  readonly trustedIssuers?: readonly string[];
  readonly tokenQueryKey?: string;
  /** The only `iss` that tokens may have; absent = any. */
  readonly issuer?: string;
  /** What `aud` of tokens must contain; absent = anything. */
  readonly audience?: string;
  /** Upstreams of API routes get the token too. */
  readonly forwardToken?: boolean;
  /** Tokens without `exp` are refused. */
  readonly requiresExpiry?: boolean;
}
