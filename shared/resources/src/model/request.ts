/** What the rules and the decision engine may know of a request. */
export interface RequestFacts {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** As sent: port, case and trailing dot are dealt with here. */
  readonly host: string;
  /** Raw path, percent-encoded, without the query. */
  readonly path: string;
  /** Raw query without `?`. */
  readonly query: string;
  /** Several fields of one name joined by `, ` (RFC 9110 §5.3). */
  header(name: string): string | undefined;
  readonly clientIp: string;
}

/** Who the caller proved to be. */
export interface Identity {
  readonly kind: 'user' | 'application';
  /** Of an application, its id. */
  readonly userId: string;
  /** Empty for applications. */
  readonly email: string;
  readonly groups: readonly string[];
  /** The application the caller is or acts for. Ids of keys count in one namespace, those that an issuer vouches for in all (null). */
  readonly application?: { readonly id: string; readonly namespace: string | null };
  readonly keyId?: string;
  readonly claims?: unknown;
}
