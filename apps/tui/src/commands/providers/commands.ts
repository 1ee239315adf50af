import { planUse, providerSync, providerUse, storedSettings } from '@portolan/console/actions/providers';
import { providerSettings, type ProviderSettings } from '@portolan/contract/providers';
import { actionCommand, screenPlan } from '../action-command.ts';
import type { App, Command } from '../../state/app.ts';
import { providers } from '@portolan/console/kinds/providers';
import { Confirm } from '../../overlays/confirm.ts';
import { Form, type Field, type Values } from '../../overlays/form.ts';
import { Picker } from '../../overlays/picker.ts';
import { Failure } from '@portolan/console/failure';
import { claimsForm } from './claims-form.ts';

const KINDS = ['providers'];

/** Claims that identify the user of a token, with their usual names. */
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
  scim: [],
  ldap: [
    { name: 'url', label: 'URL', hint: 'ldaps://ldap.example.com' },
    { name: 'bindDn', label: 'Bind DN', hint: 'of an entry that may read users and groups' },
    { name: 'bindPassword', label: 'Password', isSecret: true, hint: 'empty: keeps the stored one' },
    { name: 'baseDn', label: 'Base DN', hint: 'dc=example,dc=com' },
    { name: 'schema', label: 'Schema', value: 'activeDirectory', hint: 'activeDirectory or inetOrgPerson' },
  ],
};

/** Choosing the identity provider; each is tried and its effect shown before it is used. */
export const providerCommands: readonly Command[] = [
  {
    id: 'providers.set',
    title: 'Set up an identity provider',
    keys: ['n', 'e'],
    where: 'item',
    kinds: KINDS,
    permission: 'providers.write',
    hint: 'use another',
    danger: 0,
    run: (app) =>
      app.openOverlay(
        new Picker({
          title: 'Identity provider type',
          items: () =>
            Object.keys(FIELDS).map((kind) => ({
              label: kind,
              run: (to: App) => choose(to, kind as ProviderSettings['kind']),
            })),
        }),
      ),
  },
  actionCommand(providerSync, { hint: 'sync now' }),
  actionCommand(providerUse, { title: 'Activate this provider again', hint: 'use again' }),
  {
    id: 'providers.claims',
    title: 'Show which user a token identifies',
    keys: ['c'],
    where: 'item',
    kinds: KINDS,
    permission: 'providers.write',
    hint: 'test a token',
    danger: 0,
    disabled: (app) =>
      app.navigation.targets(providers)[0]?.kind === 'oidc'
        ? null
        : 'only OIDC providers map the claims of tokens',
    run(app) {
      const [provider] = app.navigation.targets(providers);
      if (provider) app.openOverlay(claimsForm(app, storedSettings(provider)));
    },
  },
];

async function choose(app: App, kind: ProviderSettings['kind']): Promise<void> {
  if (kind === 'internal' || kind === 'scim') return ask(app, { kind });
  app.openOverlay(
    new Form({
      title: `Use ${kind}`,
      action: 'test it and show the effect',
      fields: FIELDS[kind],
      submit: (values) => ask(app, settingsOf(kind, values)),
    }),
  );
}

/** Tries the settings, then asks with the effect in sight. */
async function ask(app: App, settings: ProviderSettings): Promise<void> {
  const plan = await planUse(app.session, settings);
  const danger = plan.danger === 3 ? 3 : 1;
  app.openOverlay(
    new Confirm(screenPlan(app, providerUse, plan), { danger, title: providerUse.title }, app.now()),
  );
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
