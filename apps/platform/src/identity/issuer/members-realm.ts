import { findAccount } from '../accounts/store.ts';
import type { Realm } from './realm.ts';
import { parseSubject } from './subject.ts';

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const SCOPE = 'openid email profile offline_access';

/**
 * Realm of workspace members: the terminal signs in by device grant (RFC 8628), the console by PKCE (RFC 7636), the desktop by PKCE
 * on loopback (RFC 8252).
 */
export const MEMBERS: Realm = {
  name: 'members',
  path: '/oidc',
  scope: SCOPE,
  clients: (baseUrl) => [
    {
      client_id: 'portolan-console',
      client_name: 'Portolan console',
      application_type: 'web',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: [`${baseUrl}/sign-in/callback`],
      scope: SCOPE,
    },
    {
      client_id: 'portolan-terminal',
      client_name: 'Portolan terminal',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: [DEVICE_GRANT, 'refresh_token'],
      response_types: [],
      redirect_uris: [],
      scope: SCOPE,
    },
    {
      client_id: 'portolan-desktop',
      client_name: 'Portolan desktop',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: ['http://127.0.0.1/callback'],
      scope: SCOPE,
    },
  ],
  extras: { claims: { openid: ['sub'], email: ['email'], profile: ['name'] } },
  async claimsOf({ db }, subject) {
    const parsed = parseSubject(subject);
    if (parsed.kind !== 'account') return undefined;
    const account = await findAccount(db, parsed.accountId);
    return account && { sub: account.id, email: account.email, name: account.name };
  },
};
