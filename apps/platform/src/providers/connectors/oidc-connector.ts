import type { Outbound } from '../../http/outbound.ts';
import type { Connector } from './connector.ts';
import { discover } from './oidc.ts';
import { tryClaims, tryClient, type SignInClient } from './sign-in-client.ts';
import { runTrials } from './test-steps.ts';

/** A generic OpenID provider: nothing can be listed, users appear when they first sign in. */
export function oidcConnector(outbound: Outbound, client: SignInClient): Connector {
  return {
    test: (signal) =>
      runTrials(outbound, new URL(client.issuer), {
        connect: async () => `${(await discover(outbound, client.issuer, signal)).issuer} describes itself`,
        credentials: () => tryClient(outbound, client, signal),
        claims: () => tryClaims(outbound, client, signal),
      }),
  };
}
