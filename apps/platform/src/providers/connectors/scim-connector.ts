import type { Outbound } from '../../http/outbound.ts';
import type { Connector } from './connector.ts';
import { discover } from './oidc-discovery.ts';
import { trySignIn, type SignInClient } from './sign-in-client.ts';
import { runTrials } from './trials.ts';

/** Creates a connector for a provider that pushes users and groups by SCIM; only the client for sign-in can be tested. */
export function scimConnector(outbound: Outbound, signIn: SignInClient | undefined): Connector {
  return {
    async test(signal) {
      if (!signIn) return { ok: true, steps: [] };
      return runTrials(outbound, new URL(signIn.issuer), {
        connect: async () =>
          `${(await discover(outbound, signIn.issuer, signal)).issuer} serves its discovery document`,
        claims: () => trySignIn(outbound, signIn, signal),
      });
    },
  };
}
