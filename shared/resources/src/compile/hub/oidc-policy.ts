import type {
  AccessControlPolicySpecOidc,
  AccessControlPolicySpecOidcGoogle,
} from '../../generated/v2/access-control-policy.ts';
import type { CookieSettings, PolicySpec } from '../../model/policy.ts';
import { readSecret } from '../core/secret.ts';
import type { Reader } from '../reader.ts';
import type { Resolved } from '../unit.ts';

type OidcPolicy = Extract<PolicySpec, { kind: 'oidc' }>;

/** Signs callers in at any OpenID Connect provider. */
export function readOidc(oidc: AccessControlPolicySpecOidc, reader: Reader): Resolved<OidcPolicy> {
  if (!oidc.issuer)
    return { ok: false, reason: 'oidc.issuer is not set', fix: 'set it to the URL of the identity provider' };
  return readCommon(oidc, reader, {
    issuer: oidc.issuer,
    scopes: oidc.scopes ?? ['openid'],
    claims: oidc.claims || null,
  });
}

/** Google's accounts: issuer and scope are fixed, and the listed addresses become a claims expression. */
export function readOidcGoogle(
  google: AccessControlPolicySpecOidcGoogle,
  reader: Reader,
): Resolved<OidcPolicy> {
  const emails = google.emails ?? [];
  if (emails.length === 0) {
    return { ok: false, reason: 'oidcGoogle.emails is empty', fix: 'list the addresses that may sign in' };
  }
  const claims = emails.map((email) => `Equals("email", ${JSON.stringify(email)})`).join(' || ');
  return readCommon(google, reader, {
    issuer: 'https://accounts.google.com',
    scopes: ['openid', 'email'],
    claims,
  });
}

function readCommon(
  oidc: AccessControlPolicySpecOidc | AccessControlPolicySpecOidcGoogle,
  reader: Reader,
  provider: Pick<OidcPolicy, 'issuer' | 'scopes' | 'claims'>,
): Resolved<OidcPolicy> {
  if (!oidc.clientId)
    return {
      ok: false,
      reason: 'clientId is not set',
      fix: 'set the client ID given by the identity provider',
    };
  if (oidc.secret === undefined)
    return { ok: false, reason: 'secret is not set', fix: 'name the Secret that holds clientSecret' };
  const { name, namespace = 'default' } = oidc.secret;
  const secret = readSecret(reader, { namespace, name, keys: ['clientSecret'] });
  if (!secret.ok) return secret;
  return {
    ok: true,
    value: {
      kind: 'oidc',
      ...provider,
      clientId: oidc.clientId,
      clientSecret: secret.value,
      redirectUrl: oidc.redirectUrl || '/callback',
      logoutUrl: oidc.logoutUrl || null,
      disableAuthRedirectionPaths: oidc.disableAuthRedirectionPaths ?? [],
      authParams: oidc.authParams ?? {},
      stateCookie: readCookie(oidc.stateCookie),
      session: { ...readCookie(oidc.session), refresh: oidc.session?.refresh ?? true },
      forwardHeaders: oidc.forwardHeaders ?? {},
    },
  };
}

function readCookie(cookie: AccessControlPolicySpecOidc['stateCookie']): CookieSettings {
  const sameSite = cookie?.sameSite?.toLowerCase();
  return {
    sameSite: sameSite === 'strict' || sameSite === 'none' ? sameSite : 'lax',
    secure: cookie?.secure ?? false,
    domain: cookie?.domain || null,
    path: cookie?.path || '/',
  };
}
