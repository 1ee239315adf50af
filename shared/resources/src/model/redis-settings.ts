/** A Redis server, a cluster of them, or one that sentinels name. */
export interface RedisSettings {
  /** `host:port` of each server, or sentinel. */
  readonly endpoints: readonly string[];
  readonly username: string | null;
  readonly password: string | null;
  readonly database: number;
  readonly isCluster: boolean;
  readonly timeoutMs: number;
  readonly tls: {
    readonly ca: string | null;
    readonly certificate: { readonly cert: string; readonly key: string } | null;
    readonly insecureSkipVerify: boolean;
  } | null;
  readonly sentinel: {
    readonly masterSet: string;
    readonly username: string | null;
    readonly password: string | null;
  } | null;
}
