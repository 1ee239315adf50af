import type { ApiAuth, ApiAuthSpecJwt, ApiAuthSpecLdap } from '../../../generated/v3/api-auth.ts';
import type { ApiAuth as Authentication, KeySource, LdapDirectory } from '../../../model/authentication.ts';
import { defineKind } from '../../define-kind.ts';
import { readSecret } from '../../core/secret.ts';
import { isPublicKey } from '../jwt-policy.ts';
import type { Reader } from '../../reader.ts';
import type { Resolved } from '../../unit.ts';

const TYPE = 'APIAuth.hub.traefik.io';
const DEFAULT_SOURCE: KeySource = { header: 'Authorization', headerAuthScheme: 'Bearer', query: 'api_key' };

export const apiAuthKind = defineKind<ApiAuth>({
  type: TYPE,
  compile({ spec: { spec }, reader }) {
    if (!spec.isDefault) {
      reader.warn('no-effect', 'spec.isDefault', {
        message: 'is false, and nothing refers to an APIAuth by name, so no API uses it',
        fix: 'set it to true, or remove the object',
      });
    }
    const auth = readAuth(spec, reader);
    if (!auth.ok)
      reader.error('auth-not-loaded', 'spec', {
        message: `${auth.reason}; no API of the namespace can be called`,
        fix: auth.fix,
      });
    const value: Authentication = auth.ok
      ? auth.value
      : { kind: 'unusable', source: reader.self, reason: auth.reason, fix: auth.fix };
    return { value: { ok: true, value } };
  },
});

/** Returns the authentication of a namespace's default APIAuth, the first by name of several; undefined without one. */
export function defaultAuthOf(reader: Reader): Authentication | undefined {
  const { namespace } = reader.self;
  const found = reader
    .ofType<ApiAuth>(TYPE)
    .find(({ object, spec }) => object.metadata.namespace === namespace && spec.spec.isDefault);
  const auth = found === undefined ? null : reader.result<Authentication>(found.key);
  return auth?.ok === true ? auth.value : undefined;
}

function readAuth({ apiKey, jwt, ldap }: ApiAuth['spec'], reader: Reader): Resolved<Authentication> {
  if (apiKey !== undefined)
    return { ok: true, value: { kind: 'apiKey', source: apiKey.keySource ?? DEFAULT_SOURCE } };
  if (jwt !== undefined) return readJwt(jwt, reader);
  if (ldap !== undefined) return readLdap(ldap, reader);
  return { ok: false, reason: 'it names no method', fix: 'set apiKey, jwt or ldap' };
}

function readJwt(jwt: ApiAuthSpecJwt, reader: Reader): Resolved<Authentication> {
  const secret =
    jwt.signingSecretName === undefined
      ? null
      : readSecret(reader, {
          namespace: reader.self.namespace,
          name: jwt.signingSecretName,
          keys: ['value'],
        });
  if (secret?.ok === false) return secret;
  if (jwt.publicKey !== undefined && !isPublicKey(jwt.publicKey))
    return {
      ok: false,
      reason: 'jwt.publicKey is not a PEM public key',
      fix: 'paste the key with its -----BEGIN PUBLIC KEY----- lines',
    };
  if (jwt.clientConfig?.tls !== undefined)
    return {
      ok: false,
      reason:
        'jwt.clientConfig.tls is not supported: key sets are fetched with the certificate authorities of the system',
      fix: 'remove it, and add the authority to the system of the agent',
    };
  if (jwt.clientConfig !== undefined)
    reader.warn('no-effect', 'spec.jwt.clientConfig', {
      message: 'has no effect: key sets are fetched with a timeout of 5 s and retried in the background',
      fix: 'remove it',
    });
  return {
    ok: true,
    value: {
      kind: 'application-jwt',
      appIdClaim: jwt.appIdClaim,
      forwardHeaders: jwt.forwardHeaders ?? {},
      jwt: {
        ...(secret === null ? {} : { signingSecret: secret.value }),
        ...(jwt.publicKey === undefined ? {} : { publicKey: jwt.publicKey }),
        ...(jwt.jwksFile === undefined ? {} : { jwksFile: jwt.jwksFile }),
        ...(jwt.jwksUrl === undefined ? {} : { jwksUrl: jwt.jwksUrl }),
        ...(jwt.trustedIssuers === undefined
          ? {}
          : {
              keySets: jwt.trustedIssuers.map(({ issuer, jwksUrl }) =>
                issuer === undefined ? { url: jwksUrl } : { issuer, url: jwksUrl },
              ),
            }),
        ...(jwt.tokenQueryKey === undefined ? {} : { tokenQueryKey: jwt.tokenQueryKey }),
        forwardToken: jwt.stripAuthorizationHeader !== true,
      },
    },
  };
}

function readLdap(ldap: ApiAuthSpecLdap, reader: Reader): Resolved<Authentication> {
  const directory = readDirectory(ldap, reader);
  return directory.ok ? { ok: true, value: { kind: 'ldap', ...directory.value } } : directory;
}

/** Reads how a directory is reached, with the password to search it with. */
export function readDirectory(
  ldap: Omit<ApiAuthSpecLdap, 'searchFilter'> & { readonly searchFilter?: string },
  reader: Reader,
): Resolved<LdapDirectory> {
  const { bindDn, bindPasswordSecretName } = ldap;
  const password =
    bindPasswordSecretName === undefined
      ? null
      : readSecret(reader, {
          namespace: reader.self.namespace,
          name: bindPasswordSecretName,
          keys: ['password'],
        });
  if (password?.ok === false) return password;
  return {
    ok: true,
    value: {
      url: ldap.url,
      startTls: ldap.startTls ?? false,
      insecureSkipVerify: ldap.insecureSkipVerify ?? false,
      certificateAuthority: ldap.certificateAuthority ?? null,
      bind: bindDn ? { dn: bindDn, password: password?.value ?? '' } : null,
      baseDn: ldap.baseDn,
      attribute: ldap.attribute,
      searchFilter: ldap.searchFilter ?? null,
    },
  };
}
