import type { MiddlewareSpecObject } from '../kinds/middleware.ts';

/** A gateway's configuration, as far as every product has the same: what importers read and manifests are written from. */
export interface ImportedGateway {
  readonly upstreams: readonly ImportedUpstream[];
  readonly callers: readonly ImportedCaller[];
  readonly routes: readonly ImportedRoute[];
}

/** Servers that requests are sent to. */
export interface ImportedUpstream {
  readonly name: string;
  readonly path: string;
  readonly scheme: 'http' | 'https' | 'h2c';
  readonly targets: readonly ImportedTarget[];
  /** Whether the Host header of the request is kept; otherwise it names the target. */
  readonly passHostHeader: boolean;
  /** Fields of a ServersTransport, where any differ from the defaults. */
  readonly transport?: Readonly<Record<string, unknown>>;
  readonly healthCheck?: Readonly<Record<string, unknown>>;
  readonly stickyCookie?: string;
}

export interface ImportedTarget {
  readonly host: string;
  readonly port: number;
  readonly weight: number;
}

/** Somebody who calls with credentials: a consumer, or the owner of a key. */
export interface ImportedCaller {
  readonly name: string;
  readonly path: string;
  readonly owner: string;
  readonly notes?: string;
  readonly apiKeys: readonly ImportedSecretText[];
  readonly passwords: readonly { readonly user: string; readonly password: ImportedSecretText }[];
  readonly tokens: readonly ImportedTokenIssuer[];
}

/** A secret of the source: its value, or null where the source only says where it is kept. */
export interface ImportedSecretText {
  readonly path: string;
  readonly value: string | null;
}

/** What verifies tokens; null takes those of any issuer (claim iss). */
export interface ImportedTokenIssuer {
  readonly issuer: string | null;
  readonly path: string;
  readonly key:
    | { readonly kind: 'secret'; readonly secret: ImportedSecretText; readonly isBase64: boolean }
    | { readonly kind: 'public'; readonly pem: string }
    | { readonly kind: 'keySet'; readonly url: string };
}

/** How often a caller may call; periods as Go durations. */
export interface ImportedLimits {
  readonly rate?: ImportedLimit;
  readonly quota?: ImportedLimit;
  /** Whether the calls of all APIs are counted together; absent, each API counts apart. */
  readonly isShared?: true;
}

export interface ImportedLimit {
  readonly limit: number;
  readonly period: string;
}

export interface ImportedRoute {
  readonly name: string;
  readonly path: string;
  /** Name and title of the API that the route belongs to. */
  readonly api: { readonly name: string; readonly title: string };
  readonly rules: readonly ImportedRule[];
  /** Null serves plain requests and those over TLS. */
  readonly scheme: 'http' | 'https' | null;
  readonly access: ImportedAccess;
  /** Middlewares before access is checked, and those after it, in their order. */
  readonly before: readonly MiddlewareSpecObject[];
  readonly after: readonly MiddlewareSpecObject[];
  /** Addresses that get 403, whatever the credentials (CIDR). */
  readonly deniedAddresses: readonly string[];
  readonly upstreams: readonly { readonly name: string; readonly weight: number }[];
}

export interface ImportedRule {
  /** Rule of an IngressRoute. */
  readonly match: string;
  /** Absent, that of Traefik v3. */
  readonly syntax?: 'v2';
  /** Higher goes first; absent, the length of the rule. */
  readonly priority?: number;
  /** Middlewares of this rule alone, after those of the route. */
  readonly middlewares?: readonly MiddlewareSpecObject[];
}

/** Who may call a route. */
export type ImportedAccess =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'apiKey';
      readonly header?: string;
      readonly query?: string;
      readonly callers: readonly RouteCaller[];
    }
  | {
      readonly kind: 'basic';
      readonly realm: string;
      readonly hidesCredentials: boolean;
      readonly userHeader?: string;
      readonly callers: readonly string[];
    }
  | {
      /** Lines of htpasswd; null where the source only says where they are kept. */
      readonly kind: 'htpasswd';
      readonly lines: readonly string[] | null;
      readonly realm?: string;
      readonly hidesCredentials: boolean;
      readonly userHeader?: string;
    }
  | {
      readonly kind: 'jwt';
      readonly issuer: ImportedTokenIssuer;
      readonly query?: string;
      readonly hidesCredentials: boolean;
    };

export interface RouteCaller {
  readonly caller: string;
  readonly limits: ImportedLimits;
}
