/** TLS options of connections to an API server, as Node's `tls.connect` takes them. */
export interface ConnectionTls {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** What goes with a request, valid at the moment it was returned. */
export interface Authentication {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: ConnectionTls;
}

/** Where an API server is and who calls it. */
export interface ClusterConnection {
  /** For people: `cluster https://10.0.0.1:443`. */
  readonly description: string;
  readonly server: URL;
  /** HTTP proxy to the server. */
  readonly proxy: URL | null;
  /** Namespace of this process in a cluster, or of the context. */
  readonly namespace: string;
  /** Returns credentials; files and commands they come from are read again from time to time. Rejects when there are none. */
  authenticate(): Promise<Authentication>;
  /** Drops remembered credentials: the server did not accept them (401). */
  forget(): void;
}
