// Generated from crds/v3/apiportal.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** APIPortal is a web site on which users find APIs, subscribe and make keys. It is reached where the annotation hub.traefik.io/api-portal of an Ingress or IngressRoute names it. */
export interface ApiPortal {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'APIPortal';
  readonly metadata: ObjectMeta;
  /** The portal. */
  readonly spec: ApiPortalSpec;
  /** What the platform last reported about this object. Written by Portolan. */
  readonly status?: ApiPortalStatus;
  readonly [other: string]: unknown;
}

/** What the platform last reported about this object. Written by Portolan. */
export interface ApiPortalStatus {
  /** Version of the object on the platform. */
  readonly version?: string;
  /** Time of the last synchronisation with the platform. */
  readonly syncedAt?: string;
  /** Hash of the synchronised content, to tell whether it has changed since. */
  readonly hash?: string;
  /** State of this object, one entry per aspect. */
  readonly conditions?: readonly ApiPortalStatusConditionsItem[];
  /** Sign-in of the portal. */
  readonly oidc?: ApiPortalStatusOidc;
}

/** Sign-in of the portal. */
export interface ApiPortalStatusOidc {
  /** Client ID of the portal. */
  readonly clientId?: string;
  /** Claim that holds the company. */
  readonly companyClaim?: string;
  /** Claim that holds the e-mail address. */
  readonly emailClaim?: string;
  /** Claim that holds the first name. */
  readonly firstnameClaim?: string;
  /** The provider is any OpenID Connect provider. */
  readonly generic?: boolean;
  /** Claim that holds the groups. */
  readonly groupsClaim?: string;
  /** Issuer of its tokens. */
  readonly issuer?: string;
  /** Claim that holds the last name. */
  readonly lastnameClaim?: string;
  /** Scopes asked for. */
  readonly scopes?: readonly string[];
  /** Secret that holds its client secret. */
  readonly secretName?: string;
  /** Attributes kept in step with the provider. */
  readonly syncedAttributes?: readonly string[];
  /** Claim that holds the user ID. */
  readonly userIdClaim?: string;
}

/** One aspect of the state of this object. */
export interface ApiPortalStatusConditionsItem {
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

/** The portal. */
export interface ApiPortalSpec {
  /** How users sign in. */
  readonly auth?: ApiPortalSpecAuth;
  /** Description people read. */
  readonly description?: string;
  /** Title people read. */
  readonly title?: string;
  /** Address of the portal; sign-in returns nowhere else. */
  readonly trustedUrls: readonly string[];
  /** Looks of the portal. */
  readonly ui?: ApiPortalSpecUi;
}

/** Looks of the portal. */
export interface ApiPortalSpecUi {
  /** Address of the logo. */
  readonly logoUrl?: string;
}

/** How users sign in. */
export interface ApiPortalSpecAuth {
  /** Name of the APIPortalAuth, in the namespace of this object. */
  readonly name: string;
}
