export interface StickyCookie {
  readonly name: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite?: 'none' | 'lax' | 'strict';
  readonly path?: string;
  readonly domain?: string;
  readonly maxAgeSeconds?: number;
}

export interface ServiceTarget {
  /** `namespace/name`. */
  readonly service: string;
  /** Port name or number as the referrer wrote it. */
  readonly port: string | number;
  readonly scheme: 'http' | 'https' | 'h2c';
  /** false: the upstream sees its own host instead of the client's. */
  readonly passHostHeader: boolean;
  readonly sticky: StickyCookie | null;
  readonly transport: UpstreamTransport | null;
  readonly healthCheck: HealthCheck | null;
}

/** ServersTransport, resolved. */
export interface UpstreamTransport {
  readonly serverName?: string;
  readonly insecureSkipVerify: boolean;
  /** Not even for what needs it, such as gRPC. */
  readonly disableHttp2?: boolean;
  readonly rootCAs: readonly string[];
  readonly certificates: readonly { readonly cert: string; readonly key: string }[];
  readonly dialTimeoutMs: number;
  readonly responseHeaderTimeoutMs: number;
  readonly idleConnTimeoutMs: number;
  readonly maxIdleConnsPerHost: number;
}

export interface HealthCheck {
  readonly path: string;
  readonly method: string;
  readonly scheme?: 'http' | 'https';
  readonly port?: number;
  readonly status?: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly ServicePort[];
  /** An ExternalName Service that declares no ports: any port named by a referrer leads to this host. */
  readonly externalName?: string;
  /** As `Endpoint.isRemote`, of `externalName`. */
  readonly isRemote?: true;
}

export interface ServicePort {
  readonly name: string | null;
  readonly port: number;
  /** Ready endpoints as `host:port`; for ExternalName the one external host. */
  readonly endpoints: readonly Endpoint[];
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** Terminating, but serving still: only for clients whose sticky cookie names it. */
  readonly isDraining?: true;
  /** A host name of an object made on the platform: it may not resolve to the agent's own machine, link or cloud services. */
  readonly isRemote?: true;
}
