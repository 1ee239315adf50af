import * as contract from '@portolan/contract/providers';
import { clientOf, enforceRateLimit } from '../auth/rate-limit.ts';
import { AppError } from '../app-error.ts';
import { mount, mountWithoutTransaction } from '../http/mount.ts';
import { runUnitOfWork } from '../db/unit-of-work.ts';
import type { Api, CreateCapability } from '../platform.ts';
import { mapClaims, readToken } from './connectors/oidc-discovery.ts';
import { ProviderError } from './connectors/provider-http.ts';
import { sweepProviders } from './population-store.ts';
import { connect, listProviders, planSwitch, syncView, useProvider } from './service.ts';
import { externalSettings } from './settings.ts';
import { findActiveProvider, isListed, listDueProviders, type ProviderRow } from './store.ts';
import { Synchronisations } from './synchronise.ts';

const CHECK_MS = 15_000;

/** Routes for identity providers of a workspace, and their synchronisation. */
export const providers: CreateCapability = (platform) => {
  const syncs = new Synchronisations(platform);
  return {
    routes(api) {
      mount(api, contract.listProviders, async ({ workspace }, { tx }) => ({
        items: await listProviders(tx, workspace.id),
      }));
      mount(api, contract.planProvider, ({ workspace, body }, work) => {
        work.unchanged();
        return planSwitch(work.tx, workspace.id, body.settings);
      });
      mountWithoutTransaction(
        api,
        contract.testProvider,
        async ({ workspace, body, remoteAddress, signal }) => {
          await enforceRateLimit(api.db, clientOf(remoteAddress), [
            { key: `provider-test:${workspace.id}`, burst: 20, everySeconds: 6 },
          ]);
          if (body.settings.kind === 'internal') return { ok: true, steps: [] };
          const connector = await connect(api, workspace.id, body.settings);
          return connector.test(signal);
        },
      );
      mountWithoutTransaction(api, contract.useProvider, async ({ workspace, body, actor }) => {
        const scope = { workspace: workspace.id, actor, mutates: true };
        if (body.settings.kind !== 'internal') await connect(api, workspace.id, body.settings);
        const used = await runUnitOfWork(api.db, scope, (work) =>
          useProvider(work, api, workspace.id, body.settings),
        );
        await beginSync(api, syncs, workspace.id);
        return used;
      });
      mountWithoutTransaction(api, contract.syncProvider, async ({ workspace }) => {
        const row = await beginSync(api, syncs, workspace.id);
        if (row) return syncView(row);
        throw new AppError('conflict', 'The active provider does not support synchronisation.', {
          fix: 'No action is needed: users are created when they first sign in, or when the provider sends them by SCIM.',
        });
      });
      mountWithoutTransaction(api, contract.previewClaims, async ({ body, signal }) => {
        const settings = externalSettings(body.settings);
        if (settings.kind !== 'oidc')
          throw new AppError(
            'invalid-request',
            'Claim mappings are available only for generic OIDC providers.',
          );
        const claims = await readToken(api.outbound, settings, body.token, signal).catch(failed);
        return { claims, ...mapClaims(claims, settings.claims) };
      });
    },
    jobs: [
      {
        name: 'providers.look',
        everyMs: CHECK_MS,
        async run() {
          await sweepProviders(platform.db);
          for (const row of await listDueProviders(platform.db)) await syncs.run(row);
        },
      },
    ],
    close: () => syncs.close(),
  };
};

async function beginSync(
  api: Api,
  syncs: Synchronisations,
  workspace: string,
): Promise<ProviderRow | undefined> {
  const row = await findActiveProvider(api.db, workspace);
  if (!row || !isListed(row)) return undefined;
  return (await syncs.begin(row)).row;
}

function failed(error: unknown): never {
  if (!(error instanceof ProviderError)) throw error;
  throw new AppError('provider-failed', error.message, {
    fix: 'Check the issuer and use a new ID token.',
    cause: error,
  });
}
