import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export const CLIENT = { id: 'portolan', secret: 'the client secret of the organisation' };

/** OpenID provider of an organisation, which signs in `atTheDoor` without asking for credentials. */
export interface Organisation {
  readonly issuer: string;
  atTheDoor: { sub: string; email: string; email_verified: boolean; groups?: string[]; given_name?: string };
  /** Parameters of the authorization requests received. */
  readonly requests: URLSearchParams[];
  close(): Promise<void>;
}

/** Starts a certified OpenID implementation with one client, whose redirect URI is `redirectUri`. */
export async function startOrganisation(redirectUri: string): Promise<Organisation> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', organisation.issuer);
    if (!pathname.startsWith('/door/')) return void provider.callback()(request, response);
    void provider.interactionDetails(request, response).then(async ({ params, prompt }) => {
      organisation.requests.push(new URLSearchParams(params as Record<string, string>));
      if (prompt.name === 'login') {
        const login = { accountId: organisation.atTheDoor.sub };
        return provider.interactionFinished(request, response, { login });
      }
      const grant = new provider.Grant({ accountId: organisation.atTheDoor.sub, clientId: CLIENT.id });
      grant.addOIDCScope('openid email profile');
      const consent = { grantId: await grant.save() };
      return provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const organisation: Organisation = {
    issuer,
    atTheDoor: { sub: 'nobody', email: 'nobody@airline.example', email_verified: true },
    requests: [],
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub', 'groups', 'given_name'], email: ['email', 'email_verified'] },
    cookies: { keys: ['a test'] },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: async () => ({ ...organisation.atTheDoor, sub }),
    }),
    interactions: { url: (_ctx, { uid }) => `/door/${uid}` },
    features: { devInteractions: { enabled: false } },
  });
  return organisation;
}
