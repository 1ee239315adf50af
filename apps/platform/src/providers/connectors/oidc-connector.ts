import type { Outbound } from '../../http/outbound.ts';
import type { Connector } from './connector.ts';
import { discover } from './oidc-discovery.ts';
import { tryClaims, tryClient, type SignInClient } from './sign-in-client.ts';
import { runTrials } from './trials.ts';

/** Creates a connector for a generic OpenID provider. Users cannot be listed; they are created when they first sign in. */
export function oidcConnector(outbound: Outbound, client: SignInClient): Connector {
  return {
    test: (signal) =>
      runTrials(outbound, new URL(client.issuer), {
        connect: async () =>
          `${(await discover(outbound, client.issuer, signal)).issuer} serves its discovery document`,
        credentials: () => tryClient(outbound, client, signal),
        claims: () => tryClaims(outbound, client, signal),
      }),
  };
}
