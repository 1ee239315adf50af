import type {
  ApiPortalAuth,
  ApiPortalAuthSpecLdap,
  ApiPortalAuthSpecOidc,
} from '../../../generated/v3/api-portal-auth.ts';
import type { PortalAuth } from '../../../model/portal.ts';
import { readSecret } from '../../core/secret.ts';
import { defineKind } from '../../define-kind.ts';
import type { Reader } from '../../reader.ts';
import type { Resolved } from '../../unit.ts';
import { readDirectory } from './api-auth.ts';

/** How users of portals sign in, where it is not at the platform. */
export const apiPortalAuthKind = defineKind<ApiPortalAuth>({
  type: 'APIPortalAuth.hub.traefik.io',
  compile({ spec: { spec }, reader }) {
    const auth = readAuth(spec, reader);
    if (!auth.ok)
      reader.error('auth-not-loaded', 'spec', {
        message: `${auth.reason}; no one can sign in to the portals that use it`,
        fix: auth.fix,
      });
    return { value: auth };
  },
});

function readAuth({ oidc, ldap }: ApiPortalAuth['spec'], reader: Reader): Resolved<PortalAuth> {
  if (oidc !== undefined) return readOidc(oidc, reader);
  if (ldap !== undefined) return readLdap(ldap, reader);
  return { ok: false, reason: 'it names no method', fix: 'set oidc or ldap' };
}

function readOidc(oidc: ApiPortalAuthSpecOidc, reader: Reader): Resolved<PortalAuth> {
  const { namespace } = reader.self;
  const id = readSecret(reader, { namespace, name: oidc.secretName, keys: ['clientId'] });
  const secret = readSecret(reader, { namespace, name: oidc.secretName, keys: ['clientSecret'] });
  if (!id.ok) return id;
  if (!secret.ok) return secret;
  if (oidc.clientConfig?.tls !== undefined)
    reader.warn('unsupported', 'spec.oidc.clientConfig.tls', {
      message: 'has no effect: providers are reached with the certificate authorities of the system',
      fix: 'remove it, and add the authority to the system of the agent',
    });
  const { claims } = oidc;
  return {
    ok: true,
    value: {
      kind: 'oidc',
      isRemote: reader.isRemote,
      issuerUrl: oidc.issuerUrl,
      clientId: id.value,
      clientSecret: secret.value,
      scopes: oidc.scopes ?? ['openid', 'email', 'profile'],
      claims: { ...fieldsOf(claims), groups: claims.groups },
    },
  };
}

function readLdap(ldap: ApiPortalAuthSpecLdap, reader: Reader): Resolved<PortalAuth> {
  const directory = readDirectory(ldap, reader);
  if (!directory.ok) return directory;
  return {
    ok: true,
    value: {
      kind: 'ldap',
      directory: directory.value,
      attributes: {
        ...fieldsOf(ldap.attributes ?? {}),
        groups: ldap.groups?.memberOfAttribute ?? 'memberOf',
      },
    },
  };
}

function fieldsOf(names: {
  readonly userId?: string;
  readonly firstname?: string;
  readonly lastname?: string;
  readonly email?: string;
}) {
  return {
    userId: names.userId ?? null,
    firstName: names.firstname ?? null,
    lastName: names.lastname ?? null,
    email: names.email ?? null,
  };
}
