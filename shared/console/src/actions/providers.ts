import {
  planProvider,
  providerSettings,
  syncProvider,
  testProvider,
  useProvider,
  type Provider,
  type ProviderSettings,
  type TestReport,
} from '@portolan/contract/providers';
import type { RouteOutput } from '@portolan/contract/route';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { toned, type Cell } from '../kinds/block.ts';
import { counted } from '../kinds/format.ts';
import type { Session } from '../kinds/kind.ts';
import { providers } from '../kinds/providers.ts';
import { defineAction, isWarning, type Plan } from './action.ts';

/** Returns the settings stored of a provider; its secrets stay on the platform. Throws Failure where they are incomplete. */
export function storedSettings(provider: Pick<Provider, 'id' | 'kind' | 'settings'>): ProviderSettings {
  const { id, kind, settings } = provider;
  const parsed = providerSettings.safeParse({ ...settings, kind });
  if (parsed.success) return parsed.data;
  throw new Failure(`The stored settings of provider ${id} are incomplete.`, 'Set it up again.');
}

/** Tries settings without saving them. The internal provider has nothing to try. */
export async function tryProvider(
  { client, workspace }: Session,
  settings: ProviderSettings,
): Promise<TestReport> {
  if (settings.kind === 'internal') return { ok: true, steps: [] };
  return client.call(testProvider, { params: { workspace }, body: { settings } });
}

export function testLines(report: TestReport): readonly Cell[] {
  return report.steps.map((step) =>
    toned(
      step.state === 'passed' ? 'ok' : step.state === 'failed' ? 'bad' : 'dim',
      `${step.state.padEnd(7)}  ${step.step.padEnd(11)}  ${step.message}`,
    ),
  );
}

/** Who loses and who regains access with another provider. */
export function effectLines(effect: RouteOutput<typeof planProvider>): readonly Cell[] {
  const both = (users: number, keys: number) => `${counted(users, 'user')} and ${counted(keys, 'API key')}`;
  return [
    `Users will come from ${effect.to} instead of ${effect.from}.`,
    toned(
      effect.disabledUsers > 0 ? 'bad' : 'plain',
      `${both(effect.disabledUsers, effect.disabledKeys)} lose access; they are kept for 30 days.`,
    ),
    `${both(effect.restoredUsers, effect.restoredKeys)} regain access.`,
    ...(effect.examples.length === 0 ? [] : [`Losing access, among others: ${effect.examples.join(', ')}`]),
  ];
}

/** Tries the settings and plans to use them. Throws Failure with the failed step. */
export async function planUse(session: Session, settings: ProviderSettings): Promise<Plan> {
  const { client, workspace } = session;
  const report = await tryProvider(session, settings);
  const failed = report.steps.find((step) => step.state === 'failed');
  if (!report.ok)
    throw new Failure(
      failed === undefined ? 'The provider cannot be used.' : `${failed.step} failed: ${failed.message}`,
      'Nothing was changed.',
    );
  const input = { params: { workspace }, body: { settings } };
  const effect = await client.call(planProvider, input);
  const lines = [...testLines(report), ...effectLines(effect)];
  return {
    title: `Use ${effect.to} instead of ${effect.from}`,
    button: 'Use it',
    object: effect.to,
    typed: effect.to,
    danger: effect.disabledUsers > 0 ? 3 : 1,
    lines,
    warnings: lines.filter(isWarning),
    steps: [
      {
        name: effect.to,
        run: async () => ({
          name: effect.to,
          object: await client.call(useProvider, input),
          note: `Users now come from ${effect.to}.`,
        }),
      },
    ],
  };
}

export const providerUse = defineAction({
  id: 'providers.use',
  title: 'Use an identity provider',
  button: 'Use it',
  done: 'in use',
  details:
    'Users, groups and API keys of the previous provider are kept for 30 days: using it again restores them.',
  permission: 'providers.write',
  danger: 3,
  kind: providers,
  takes: 'one',
  keys: ['Z'],
  inputs: z.object({}),
  whyNot: (provider) => (provider.active ? 'it is the one in use' : null),
  async plan(session, rows) {
    const [provider] = rows;
    return provider === undefined ? { steps: [] } : planUse(session, storedSettings(provider));
  },
});

export const providerSync = defineAction({
  id: 'providers.sync',
  title: 'Synchronise users and groups now',
  button: 'Synchronise',
  done: 'synchronised',
  permission: 'providers.write',
  danger: 0,
  kind: providers,
  takes: 'none',
  keys: ['f'],
  inputs: z.object({}),
  plan: ({ client, workspace }) => ({
    steps: [
      {
        name: 'sync',
        async run() {
          const sync = await client.call(syncProvider, { params: { workspace } });
          return {
            name: 'sync',
            object: sync,
            done: sync.state,
            ...(sync.message === null ? {} : { note: sync.message }),
          };
        },
      },
    ],
  }),
});
