// Generated from crds/v3/apiportalauth.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** APIPortalAuth says how users sign in to portals of its namespace. */
export interface ApiPortalAuth {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'APIPortalAuth';
  readonly metadata: ObjectMeta;
  /** How users sign in. */
  readonly spec: ApiPortalAuthSpec;
  /** What the platform last reported about this object. Written by Portolan. */
  readonly status?: ApiPortalAuthStatus;
  readonly [other: string]: unknown;
}

/** What the platform last reported about this object. Written by Portolan. */
export interface ApiPortalAuthStatus {
  /** Version of the object on the platform. */
  readonly version?: string;
  /** Time of the last synchronisation with the platform. */
  readonly syncedAt?: string;
  /** Hash of the synchronised content, to tell whether it has changed since. */
  readonly hash?: string;
  /** State of this object, one entry per aspect. */
  readonly conditions?: readonly ApiPortalAuthStatusConditionsItem[];
}

/** One aspect of the state of this object. */
export interface ApiPortalAuthStatusConditionsItem {
  /** When the condition last changed. */
  readonly lastTransitionTime: string;
  /** Explanation a person can read. May be empty. */
  readonly message: string;
  /** Generation of the object the condition was computed from. */
  readonly observedGeneration?: number;
  /** Reason of the last change, one word in CamelCase. */
  readonly reason: string;
  /** Whether the condition holds. */
  readonly status: "True" | "False" | "Unknown";
  /** Which aspect this is, in CamelCase. */
  readonly type: string;
}

/** How users sign in. */
export interface ApiPortalAuthSpec {
  /** Users sign in with the password of a directory. */
  readonly ldap?: ApiPortalAuthSpecLdap;
  /** Users sign in at an OpenID Connect provider. */
  readonly oidc?: ApiPortalAuthSpecOidc;
}

/** Users sign in at an OpenID Connect provider. */
export interface ApiPortalAuthSpecOidc {
  /** Claims of the token that hold what is known of a user. */
  readonly claims: ApiPortalAuthSpecOidcClaims;
  /** How to reach the other side. */
  readonly clientConfig?: ApiPortalAuthSpecOidcClientConfig;
  /** URL of the provider. */
  readonly issuerUrl: string;
  /** Scopes to ask for. */
  readonly scopes?: readonly string[];
  /** Secret that holds the client, under the keys clientId and clientSecret. */
  readonly secretName: string;
  /** Attributes kept in step with the provider. */
  readonly syncedAttributes?: readonly ("groups" | "userId" | "firstname" | "lastname" | "email" | "company")[];
}

/** How to reach the other side. */
export interface ApiPortalAuthSpecOidcClientConfig {
  /** How often to try again when it does not answer. */
  readonly maxRetries: number;
  /** Seconds to wait for an answer. */
  readonly timeoutSeconds: number;
  /** TLS of the connection. */
  readonly tls?: ApiPortalAuthSpecOidcClientConfigTls;
}

/** TLS of the connection. */
export interface ApiPortalAuthSpecOidcClientConfigTls {
  /** Certificate authorities to trust, in PEM. */
  readonly ca?: string;
  /** Accept any certificate. Not for production. */
  readonly insecureSkipVerify?: boolean;
}

/** Claims of the token that hold what is known of a user. */
export interface ApiPortalAuthSpecOidcClaims {
  /** Claim that holds the company. */
  readonly company?: string;
  /** Claim that holds the e-mail address. */
  readonly email?: string;
  /** Claim that holds the first name. */
  readonly firstname?: string;
  /** Claim that holds the groups. */
  readonly groups: string;
  /** Claim that holds the last name. */
  readonly lastname?: string;
  /** Claim that holds the ID of the organisation. */
  readonly organizationId?: string;
  /** Claim that holds the name of the organisation. */
  readonly organizationName?: string;
  /** Claim that holds the user ID. */
  readonly userId?: string;
}

/** Users sign in with the password of a directory. */
export interface ApiPortalAuthSpecLdap {
  /** Attribute that holds the user name. */
  readonly attribute: string;
  /** Where in the directory users are looked for. */
  readonly baseDn: string;
  /** Name to bind with. Absent, the bind is anonymous. */
  readonly bindDn?: string;
  /** Secret that holds the password to bind with, under the key password. */
  readonly bindPasswordSecretName?: string;
  /** Certificate authorities to trust, in PEM. */
  readonly certificateAuthority?: string;
  /** Accept any certificate. Not for production. */
  readonly insecureSkipVerify?: boolean;
  /** Filter to search the user with; %s stands for the user name. */
  readonly searchFilter?: string;
  /** Switch the connection to TLS. */
  readonly startTls?: boolean;
  /** Address of the directory: ldap:// or ldaps://. */
  readonly url: string;
  /** Attributes of the directory that hold what is known of a user. */
  readonly attributes?: ApiPortalAuthSpecLdapAttributes;
  /** Groups of a user. */
  readonly groups?: ApiPortalAuthSpecLdapGroups;
  /** Attributes kept in step with the provider. */
  readonly syncedAttributes?: readonly ("groups" | "userId" | "firstname" | "lastname" | "email" | "company")[];
}

/** Groups of a user. */
export interface ApiPortalAuthSpecLdapGroups {
  /** Attribute that holds the groups. */
  readonly memberOfAttribute: string;
}

/** Attributes of the directory that hold what is known of a user. */
export interface ApiPortalAuthSpecLdapAttributes {
  /** Attribute that holds the user ID. */
  readonly userId?: string;
  /** Attribute that holds the first name. */
  readonly firstname?: string;
  /** Attribute that holds the last name. */
  readonly lastname?: string;
  /** Attribute that holds the e-mail address. */
  readonly email?: string;
  /** Attribute that holds the company. */
  readonly company?: string;
}
