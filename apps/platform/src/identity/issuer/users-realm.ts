import { DEVICE_GRANT } from './members-realm.ts';
import type { Realm } from './realm.ts';
import { parseSubject } from './subject.ts';
import { findUser } from '../../users/store.ts';

export const PAGE_PATH = '/self-service';
export const PAGE_CLIENT = 'portolan-self-service';
const SCOPE = 'openid email profile groups offline_access';

/** Realm of workspace users: the self-service page in a browser, and the users' own applications. */
export const USERS: Realm = {
  name: 'users',
  path: '/users/oidc',
  scope: SCOPE,
  clients: (baseUrl) => [
    {
      client_id: PAGE_CLIENT,
      client_name: 'Portolan self-service',
      token_endpoint_auth_method: 'none',
      grant_types: [],
      // OAuth 2.0 Multiple Response Types §4: the page needs only the browser session, so no code is issued.
      response_types: ['none'],
      redirect_uris: [`${baseUrl}${PAGE_PATH}`],
      scope: 'openid',
    },
    {
      client_id: 'portolan-user',
      client_name: 'Application using your APIs',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT],
      response_types: ['code'],
      redirect_uris: ['http://127.0.0.1/callback'],
      scope: SCOPE,
    },
  ],
  extras: {
    claims: {
      openid: ['sub'],
      email: ['email'],
      profile: ['given_name', 'family_name', 'company'],
      groups: ['groups'],
    },
    cookies: {
      names: { session: '_user_session', interaction: '_user_interaction', resume: '_user_resume' },
    },
    // Workspace of the user who signs in, if the client knows it.
    extraParams: ['workspace'],
  },
  async claimsOf({ db }, subject) {
    const parsed = parseSubject(subject);
    if (parsed.kind !== 'user') return undefined;
    const user = await findUser(db, parsed.workspace, parsed.userId);
    if (user?.state !== 'active') return undefined;
    const { id, email, firstName, lastName, company, groups } = user;
    return { sub: id, email, given_name: firstName, family_name: lastName, company, groups };
  },
};
