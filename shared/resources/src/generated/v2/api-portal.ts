// Generated from crds/v2/apiportal.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** APIPortal is a web site on which users find the APIs of one gateway and make keys. */
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
  /** Own domains whose owner is verified. */
  readonly customDomains?: readonly string[];
  /** Generated domain. */
  readonly hubDomain?: string;
  /** Sign-in of the portal. */
  readonly oidc?: ApiPortalStatusOidc;
  /** Addresses, separated by commas. */
  readonly urls: string;
}

/** Sign-in of the portal. */
export interface ApiPortalStatusOidc {
  /** Client ID of the portal. */
  readonly clientId?: string;
  /** Issuer of its tokens. */
  readonly issuer?: string;
  /** Secret that holds its client secret. */
  readonly secretName?: string;
}

/** The portal. */
export interface ApiPortalSpec {
  /** Name of the APIGateway whose APIs it shows. */
  readonly apiGateway: string;
  /** Own domains to publish under, beside the generated one. A domain counts once its owner is verified. */
  readonly customDomains?: readonly string[];
  /** Description people read. */
  readonly description?: string;
  /** Title people read. */
  readonly title?: string;
  /** Looks of the portal. */
  readonly ui?: ApiPortalSpecUi;
}

/** Looks of the portal. */
export interface ApiPortalSpecUi {
  /** Address of the logo. */
  readonly logoUrl?: string;
  /** Service that serves an own user interface. */
  readonly service?: ApiPortalSpecUiService;
}

/** Service that serves an own user interface. */
export interface ApiPortalSpecUiService {
  /** Name of the Service. */
  readonly name: string;
  /** Namespace of the Service. Defaults to default. */
  readonly namespace?: string;
  /** Port of the Service. */
  readonly port: ApiPortalSpecUiServicePort;
}

/** Port of the Service. */
export interface ApiPortalSpecUiServicePort {
  /** Name of the port. */
  readonly name?: string;
  /** Number of the port. */
  readonly number?: number;
}
