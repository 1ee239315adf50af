import { dictionary } from '@portolan/contract/dictionary';
import {
  effectLines,
  planUse,
  providerSync,
  providerUse,
  storedSettings,
  testLines,
  tryProvider,
} from '@portolan/console/actions/providers';
import {
  listProviders,
  planProvider,
  previewClaims,
  providerSettings,
  type ProviderSettings,
} from '@portolan/contract/providers';
import { cellOf, type Cell } from '@portolan/console/kinds/block';
import { Failure, usageFailure } from '@portolan/console/failure';
import type { Session } from '@portolan/console/kinds/kind';
import { checkFields } from '@portolan/console/actions/check-fields';
import { warnOrConfirm } from '../action-verb.ts';
import { connect } from '../connect.ts';
import { platformFlags, textOutputFlag, yesFlag } from '../flags.ts';
import { print, printData, readAll, tell, type Io } from '../../terminal/io.ts';
import { oneWord } from '../read-words.ts';
import { plainTheme } from '../plain-theme.ts';
import { readFileFlag, readNamedFile } from '../read-file-flag.ts';
import { readSeconds } from '../read-seconds.ts';
import type { Arguments, Flags, Verb } from '../verb.ts';
import { waitUntil } from '../wait.ts';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';

const settingsFlags: Flags = {
  filename: {
    type: 'string',
    short: 'f',
    value: 'FILE|-',
    complete: 'files',
    help: 'settings in YAML or JSON; "-" for standard input',
  },
  'secret-file': {
    type: 'string',
    value: 'FILE',
    complete: 'files',
    help: 'its password, token or client secret; the stored one by default',
  },
};
const usage = '-f FILE [--secret-file FILE]\nPROVIDER';
const details =
  'Settings are "kind" and, for keycloak: url, realm, username, signIn; for okta: orgUrl, issuerUrl, signIn; for oidc: issuer,\nclientId, scopes, claims; for scim: signIn, with issuer;\nfor ldap: url, startTls, certificateAuthority, bindDn, baseDn, schema, userFilter, groupFilter. PROVIDER is the ID of a stored one (portolan get providers), or internal.';

export const providerTestVerb: Verb = {
  usage,
  details: `Tries name resolution, TLS, connection, credentials, permissions and claims without saving; the first step that fails says why.\n${details}`,
  examples: ['portolan provider test -f keycloak.yaml --secret-file password'],
  complete: [{ of: 'providers' }],
  flags: { ...settingsFlags, ...textOutputFlag, ...platformFlags },
  async run(args, io) {
    const session = await connect(args, io);
    const report = await tryProvider(session, await settingsOf(session, args, io));
    if (!showData(io, args, report)) show(io, testLines(report));
    return report.ok ? 0 : 1;
  },
};

export const providerPlanVerb: Verb = {
  usage,
  details: `Shows who would lose and who would regain access; nothing is saved.\n${details}`,
  examples: ['portolan provider plan -f keycloak.yaml', 'portolan provider plan internal'],
  complete: [{ of: 'providers' }],
  flags: { ...settingsFlags, ...textOutputFlag, ...platformFlags },
  async run(args, io) {
    const session = await connect(args, io);
    const { client, workspace } = session;
    const settings = await settingsOf(session, args, io);
    const effect = await client.call(planProvider, { params: { workspace }, body: { settings } });
    if (!showData(io, args, effect)) show(io, effectLines(effect));
    return 0;
  },
};

export const providerUseVerb: Verb = {
  usage,
  details: `Tries it, shows who loses and regains access, asks, and uses it. ${providerUse.details ?? ''}\n${details}`,
  examples: [
    'portolan provider use -f keycloak.yaml --secret-file password',
    'portolan provider use internal --yes',
  ],
  complete: [{ of: 'providers' }],
  actions: [providerUse],
  flags: { ...settingsFlags, ...yesFlag, ...platformFlags },
  async run(args, io) {
    const session = await connect(args, io);
    const plan = await planUse(session, await settingsOf(session, args, io));
    await warnOrConfirm(io, args, { plan: { ...plan, danger: 3 }, session });
    for (const step of plan.steps) print(io, `provider/${(await step.run()).name} in use`);
    return 0;
  },
};

export const providerSyncVerb: Verb = {
  usage: '',
  details:
    'Waits until it ends. The exit code is 1 if it failed, or if it was held back because it would remove too many users.',
  actions: [providerSync],
  flags: {
    wait: { type: 'boolean', help: 'wait until it ends (default); --wait=false only starts it' },
    timeout: { type: 'string', value: 'TIME', help: 'how long to wait; 10m by default' },
    ...platformFlags,
  },
  async run(args, io) {
    const seconds = readSeconds(args.text('timeout') ?? '10m', 'timeout', 's');
    const session = await connect(args, io);
    const { client, workspace } = session;
    const params = { workspace };
    const plan = await providerSync.plan(session, [], {});
    for (const step of plan.steps) await step.run();
    if (args.isOff('wait')) {
      print(io, 'provider sync started');
      return 0;
    }
    let sync = { state: 'running', message: null as string | null };
    await waitUntil({
      timeoutMs: seconds * 1000,
      async probe() {
        const { items } = await client.call(listProviders, { params });
        sync = items.find(({ active }) => active)?.sync ?? sync;
        return { done: sync.state !== 'running', missing: 'the synchronisation is still running' };
      },
    });
    print(io, `provider sync ${sync.state}${sync.message === null ? '' : `: ${sync.message}`}`);
    return sync.state === 'succeeded' ? 0 : 1;
  },
};

export const providerClaimsVerb: Verb = {
  usage: '-f FILE --user-token-file FILE',
  details: 'Shows which user a token identifies with the claim mapping of the settings; nothing is saved.',
  examples: ['portolan provider claims -f oidc.yaml --user-token-file token'],
  flags: {
    ...settingsFlags,
    'user-token-file': {
      type: 'string',
      value: 'FILE',
      complete: 'files',
      help: 'a token issued by the provider',
    },
    ...textOutputFlag,
    ...platformFlags,
  },
  async run(args, io) {
    const token = await secretOf(args, 'user-token-file');
    if (token === undefined)
      throw usageFailure('The token is missing.', 'Pass it with --user-token-file FILE.');
    const session = await connect(args, io);
    const { client, workspace } = session;
    const settings = await settingsOf(session, args, io);
    const found = await client.call(previewClaims, { params: { workspace }, body: { settings, token } });
    if (!showData(io, args, found)) {
      for (const [field, value] of Object.entries(found.user))
        print(io, `${field.padEnd(10)}  ${Array.isArray(value) ? value.join(', ') : (value ?? '–')}`);
      for (const claim of found.missing) tell(io, `The token does not have claim "${claim}".`);
    }
    return found.missing.length === 0 ? 0 : 1;
  },
};

/** The field that holds the secret, by kind of provider. */
const SECRETS = dictionary<string>({
  keycloak: 'password',
  okta: 'token',
  oidc: 'clientSecret',
  ldap: 'bindPassword',
});

async function settingsOf(session: Session, args: Arguments, io: Io): Promise<ProviderSettings> {
  const file = args.text('filename');
  if ((file === undefined) === (args.words.length === 0))
    throw usageFailure(
      'The provider is missing.',
      'Pass its settings with -f FILE, or its ID (portolan get providers).',
    );
  const fields = file === undefined ? await knownSettings(session, args) : await fileSettings(file, io);
  const secret = await secretOf(args, 'secret-file');
  const name = SECRETS[String(fields['kind'])];
  if (secret !== undefined && name === undefined)
    throw usageFailure(
      `A provider of kind ${String(fields['kind'])} has no secret.`,
      'Remove --secret-file.',
    );
  return providerSettings.parse({
    ...fields,
    ...(secret === undefined || name === undefined ? {} : { [name]: secret }),
  });
}

async function knownSettings({ client, workspace }: Session, args: Arguments) {
  const id = oneWord(args, 'provider', 'List them: portolan get providers');
  if (id === 'internal') return { kind: 'internal' };
  const { items } = await client.call(listProviders, { params: { workspace } });
  const found = items.find((one) => one.id === id);
  if (found !== undefined) return storedSettings(found);
  throw new Failure(`There is no provider "${id}".`, `Providers: ${items.map((one) => one.id).join(', ')}.`);
}

const FIELDS = [
  'kind',
  'url',
  'realm',
  'username',
  'orgUrl',
  'issuerUrl',
  'issuer',
  'clientId',
  'scopes',
  'claims',
  'signIn',
  'startTls',
  'certificateAuthority',
  'bindDn',
  'baseDn',
  'schema',
  'userFilter',
  'groupFilter',
];

async function fileSettings(file: string, io: Io): Promise<Readonly<Record<string, unknown>>> {
  const text = file === '-' ? await readAll(io.stdin) : await readNamedFile(file, 'filename');
  try {
    return checkFields(text, providerSettings, [...FIELDS, ...Object.values(SECRETS)]);
  } catch (error) {
    throw usageFailure(
      `${file}: ${error instanceof Error ? error.message : String(error)}.`,
      'See: portolan help provider use',
    );
  }
}

async function secretOf(args: Arguments, flag: string): Promise<string | undefined> {
  return (await readFileFlag(args, flag))?.trim();
}

function showData(io: Io, args: Arguments, value: unknown): boolean {
  const output = args.text('output');
  if (output === 'json') printData(io, JSON.stringify(value, null, 2));
  else if (output === 'yaml') printData(io, formatYaml(value));
  return output === 'json' || output === 'yaml';
}

function show(io: Io, lines: readonly Cell[]): void {
  const theme = plainTheme(io);
  for (const { text, tone } of lines.map(cellOf)) print(io, theme.paint(tone, text));
}
