import type { LdapDirectory } from './authentication.ts';
import type { ObjectRef } from './object-ref.ts';

/** An APIPortal: a web site on which users find APIs, read about them, try them and manage their keys. */
export interface Portal {
  readonly source: ObjectRef;
  readonly title: string;
  readonly description: string;
  /** Which APIs it shows: those of an APIGateway, by its key, or those of a namespace. */
  readonly shows:
    | { readonly kind: 'gateway'; readonly key: string }
    | { readonly kind: 'namespace'; readonly namespace: string };
  readonly auth: PortalAuth;
  readonly theme: PortalTheme;
  readonly logoUrl: string | null;
  /** Made on the platform: the address of its logo may not lead to the agent's own machine, link or cloud services. */
  readonly isRemote: boolean;
}

/** Colours are `#rrggbb`; null where the portal keeps its own. */
export interface PortalTheme {
  readonly accent: string | null;
  /** Of the dark appearance. */
  readonly accentDark: string | null;
  readonly font: 'sans' | 'serif' | 'mono';
  readonly radiusPx: number;
}

/** Where users of a portal sign in. */
export type PortalAuth =
  /** At the platform's issuer of API users. */
  | { readonly kind: 'platform' }
  | {
      readonly kind: 'oidc';
      /** Made on the platform: the provider may not be this machine, its link or a cloud service. */
      readonly isRemote: boolean;
      readonly issuerUrl: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly scopes: readonly string[];
      /** Names of claims. */
      readonly claims: PortalUserFields & { readonly groups: string };
    }
  | {
      readonly kind: 'ldap';
      readonly directory: LdapDirectory;
      /** Names of attributes. */
      readonly attributes: PortalUserFields & { readonly groups: string };
    }
  /** Nobody can sign in. */
  | { readonly kind: 'unusable'; readonly reason: string };

/** Where what is known of a user is found; null: what the method has by itself. */
export interface PortalUserFields {
  readonly userId: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
}
