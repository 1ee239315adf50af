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
import type { Command, Plan } from '../../commands/command.ts';
import { toned, type Cell } from '@portolan/console/kinds/block';
import { providers } from '@portolan/console/kinds/providers';
import { Confirm } from '../../overlays/confirm.ts';
import { Form, type Field, type Values } from '../../overlays/form.ts';
import { Picker } from '../../overlays/picker.ts';
import { Failure } from '@portolan/console/failure';
import type { App } from '../../store/app.ts';
import { claimsForm } from './claims-form.ts';

const KINDS = ['providers'];

/** Claims that say who the bearer of a token is, with what they are usually called. */
const CLAIMS = [
  ['groups', 'Groups claim', 'groups'],
  ['userId', 'User id claim', 'sub'],
  ['email', 'E-mail claim', 'email'],
  ['firstName', 'First name claim', 'given_name'],
  ['lastName', 'Last name claim', 'family_name'],
  ['company', 'Company claim', 'company'],
] as const;

const FIELDS: Readonly<Record<ProviderSettings['kind'], readonly Field[]>> = {
  internal: [],
  keycloak: [
    { name: 'url', label: 'URL', hint: 'https://sso.example.com' },
    { name: 'realm', label: 'Realm' },
    { name: 'username', label: 'User name', hint: 'of an account that may read users and groups' },
    { name: 'password', label: 'Password', isSecret: true, hint: 'empty: keeps the stored one' },
  ],
  okta: [
    { name: 'orgUrl', label: 'Org URL', hint: 'https://example.okta.com' },
    { name: 'issuerUrl', label: 'Issuer URL' },
    { name: 'token', label: 'API token', isSecret: true, hint: 'empty: keeps the stored one' },
  ],
  oidc: [
    { name: 'issuer', label: 'Issuer', hint: 'https://id.example.com' },
    { name: 'clientId', label: 'Client id' },
    { name: 'clientSecret', label: 'Client secret', isSecret: true, hint: 'empty: keeps the stored one' },
    { name: 'scopes', label: 'Scopes', value: 'openid, email, profile', isList: true },
    ...CLAIMS.map(([name, label, value]) => ({ name, label, value, hint: 'claim of the token' })),
  ],
};

/** Choosing where users come from; every choice is tried and its effect shown before it counts. */
export const providerCommands: readonly Command[] = [
  {
    id: 'providers.use',
    title: 'Use an identity provider',
    keys: ['n', 'e'],
    where: 'item',
    kinds: KINDS,
    permission: 'providers.write',
    hint: 'use another',
    danger: 0,
    run: (app) =>
      app.openOverlay(
        new Picker({
          title: 'Kind of identity provider',
          items: () =>
            Object.keys(FIELDS).map((kind) => ({
              label: kind,
              run: (to: App) => choose(to, kind as ProviderSettings['kind']),
            })),
        }),
      ),
  },
  {
    id: 'providers.sync',
    title: 'Synchronise users and groups now',
    keys: ['f'],
    where: 'item',
    kinds: KINDS,
    permission: 'providers.write',
    hint: 'sync now',
    danger: 0,
    async run(app) {
      const { client, workspace } = app.session;
      const sync = await client.call(syncProvider, { params: { workspace } });
      app.did({
        what: 'Synchronise',
        object: 'identity provider',
        result: `Synchronisation: ${sync.state}${sync.message === null ? '' : `, ${sync.message}`}.`,
      });
    },
  },
  {
    id: 'providers.restore',
    title: 'Go back to this provider',
    keys: ['Z'],
    where: 'item',
    kinds: KINDS,
    permission: 'providers.write',
    hint: 'go back to it',
    danger: 0,
    disabled(app) {
      const [provider] = app.targets(providers);
      if (!provider) return 'there is no provider here';
      return provider.active ? 'it is the one in use' : null;
    },
    async run(app) {
      const [provider] = app.targets(providers);
      if (provider) await ask(app, heldSettings(provider));
    },
  },
  {
    id: 'providers.claims',
    title: 'Show whom a real token stands for',
    keys: ['c'],
    where: 'item',
    kinds: KINDS,
    permission: 'providers.write',
    hint: 'test a token',
    danger: 0,
    disabled: (app) =>
      app.targets(providers)[0]?.kind === 'oidc' ? null : 'only OIDC providers map the claims of tokens',
    run(app) {
      const [provider] = app.targets(providers);
      if (provider) app.openOverlay(claimsForm(app, heldSettings(provider)));
    },
  },
];

/** What is stored of a provider; its secrets stay where they are. */
function heldSettings(provider: Provider): ProviderSettings {
  const { kind, settings } = provider;
  const parsed = providerSettings.safeParse({ ...settings, kind });
  if (parsed.success) return parsed.data;
  throw new Failure(`The settings of ${provider.id} are not whole any more.`, 'n sets it up again.');
}

async function choose(app: App, kind: ProviderSettings['kind']): Promise<void> {
  if (kind === 'internal') return ask(app, { kind });
  app.openOverlay(
    new Form({
      title: `Use ${kind}`,
      action: 'try it and show what would change',
      fields: FIELDS[kind],
      submit: (values) => ask(app, settingsOf(kind, values)),
    }),
  );
}

/** Tries the settings, then asks with the effect in sight. */
async function ask(app: App, settings: ProviderSettings): Promise<void> {
  const { client, workspace } = app.session;
  const input = { params: { workspace }, body: { settings } };
  const report = await client.call(testProvider, input);
  if (!report.ok) throw new Failure(failureOf(report), 'Nothing was changed.');
  const effect = await client.call(planProvider, input);
  const plan: Plan = {
    title: `Use ${effect.to} instead of ${effect.from}`,
    action: 'Use it',
    object: effect.to,
    typed: app.confirmWord(effect.to),
    lines: [...stepLines(report), ...effectLines(effect)],
    async run() {
      await client.call(useProvider, input);
      return `Users now come from ${effect.to}.`;
    },
  };
  app.openOverlay(
    new Confirm(
      plan,
      { danger: effect.disabledUsers > 0 ? 3 : 1, title: 'Use an identity provider' },
      app.now(),
    ),
  );
}

function stepLines(report: TestReport): readonly Cell[] {
  return report.steps.map((step) =>
    toned(
      step.state === 'passed' ? 'ok' : step.state === 'failed' ? 'bad' : 'dim',
      `${step.state} ${step.step}: ${step.message}`,
    ),
  );
}

function effectLines(effect: {
  disabledUsers: number;
  disabledKeys: number;
  restoredUsers: number;
  restoredKeys: number;
  examples: readonly string[];
}): readonly Cell[] {
  return [
    toned(
      effect.disabledUsers > 0 ? 'bad' : 'plain',
      `${effect.disabledUsers} users and ${effect.disabledKeys} API keys lose access; they are kept for 30 days.`,
    ),
    `${effect.restoredUsers} users and ${effect.restoredKeys} API keys get it back.`,
    ...(effect.examples.length > 0 ? [`Among those who lose it: ${effect.examples.join(', ')}`] : []),
  ];
}

function failureOf(report: TestReport): string {
  const failed = report.steps.find((step) => step.state === 'failed');
  return failed ? `${failed.step} failed: ${failed.message}` : 'The provider cannot be used.';
}

function settingsOf(kind: ProviderSettings['kind'], values: Values): ProviderSettings {
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
  const names = new Set<string>(CLAIMS.map(([name]) => name));
  const claims = Object.fromEntries(Object.entries(given).filter(([name]) => names.has(name)));
  const rest = Object.fromEntries(Object.entries(given).filter(([name]) => !names.has(name)));
  const parsed = providerSettings.safeParse({
    kind,
    ...rest,
    ...(kind === 'oidc' ? { claims } : {}),
    ...(rest['scopes'] === undefined
      ? {}
      : { scopes: rest['scopes'].split(',').map((scope) => scope.trim()) }),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Failure(
    `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}.`,
    'Correct it and save again.',
  );
}
