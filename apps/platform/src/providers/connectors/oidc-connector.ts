import type { Connector } from './connector.ts';
import { discover } from './oidc.ts';
import { tryClaims, tryClient, type SignInClient } from './sign-in-client.ts';
import { runTrials } from './test-steps.ts';

/** A generic OpenID provider: nothing can be listed, users appear when they first sign in. */
export function oidcConnector(client: SignInClient): Connector {
  return {
    test: (signal) =>
      runTrials(new URL(client.issuer), {
        connect: async () => `${(await discover(client.issuer, signal)).issuer} describes itself`,
        credentials: () => tryClient(client, signal),
        claims: () => tryClaims(client, signal),
      }),
  };
}
