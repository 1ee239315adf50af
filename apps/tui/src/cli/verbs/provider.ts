import { readFile } from 'node:fs/promises';
import {
  listProviders,
  planProvider,
  previewClaims,
  providerSettings,
  syncProvider,
  testProvider,
  useProvider,
  type ProviderSettings,
  type TestReport,
} from '@portolan/contract/providers';
import { stringify } from 'yaml';
import { Failure, usageFailure } from '@portolan/console/failure';
import type { Session } from '@portolan/console/kinds/kind';
import { checkFields } from '../check-fields.ts';
import { confirm } from '../confirm.ts';
import { connect } from '../connect.ts';
import { platformFlags, textOutputFlag, yesFlag } from '../flags.ts';
import { print, readAll, tell, type Io } from '../io.ts';
import { noWords, oneWord } from '../read-words.ts';
import { plainTheme } from '../terminal.ts';
import { readSeconds } from '../times.ts';
import type { Arguments, Flags, Verb } from '../verb.ts';
import { waitUntil } from '../wait.ts';

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
    help: 'its password, token or client secret; the stored one when absent',
  },
};
const usage = '-f FILE [--secret-file FILE]\nPROVIDER';
const details =
  'The settings are “kind” and, of keycloak: url, realm, username; of okta: orgUrl, issuerUrl; of oidc: issuer, clientId, scopes,\nclaims. PROVIDER is the id of one that is there (portolan get providers), or internal.';

export const providerTestVerb: Verb = {
  usage,
  details: `Tries it without saving: name, TLS, connection, credentials, rights, claims; the first that does not work has the reason.\n${details}`,
  examples: ['portolan provider test -f keycloak.yaml --secret-file password'],
  complete: [{ of: 'providers' }],
  flags: { ...settingsFlags, ...textOutputFlag, ...platformFlags },
  async run(args, io) {
    const session = await connect(args, io);
    const report = await testOf(session, await settingsOf(session, args, io));
    if (!showData(io, args, report)) showSteps(io, report);
    return report.ok ? 0 : 1;
  },
};

export const providerPlanVerb: Verb = {
  usage,
  details: `Says who would lose and who would get back access; nothing is saved.\n${details}`,
  examples: ['portolan provider plan -f keycloak.yaml', 'portolan provider plan internal'],
  complete: [{ of: 'providers' }],
  flags: { ...settingsFlags, ...textOutputFlag, ...platformFlags },
  async run(args, io) {
    const session = await connect(args, io);
    const { client, workspace } = session;
    const settings = await settingsOf(session, args, io);
    const effect = await client.call(planProvider, { params: { workspace }, body: { settings } });
    if (!showData(io, args, effect)) print(io, effectLines(effect).join('\n'));
    return 0;
  },
};

export const providerUseVerb: Verb = {
  usage,
  details: `Tries it, says who loses and gets access, asks, and uses it. Users, groups and keys of the one before are kept for 30 days:\nusing it again brings them back.\n${details}`,
  examples: [
    'portolan provider use -f keycloak.yaml --secret-file password',
    'portolan provider use internal --yes',
  ],
  complete: [{ of: 'providers' }],
  flags: { ...settingsFlags, ...yesFlag, ...platformFlags },
  async run(args, io) {
    const session = await connect(args, io);
    const { client, workspace } = session;
    const input = { params: { workspace }, body: { settings: await settingsOf(session, args, io) } };
    const report = await client.call(testProvider, input);
    if (!report.ok) {
      for (const line of stepLines(io, report)) tell(io, line);
      throw new Failure('The provider cannot be used.', 'Nothing was done. Correct what failed.');
    }
    const effect = await client.call(planProvider, input);
    for (const line of effectLines(effect)) tell(io, line);
    await confirm(io, `Users then come from ${effect.to}.`, args.has('yes'));
    const used = await client.call(useProvider, input);
    print(io, `provider/${used.id} in use`);
    return 0;
  },
};

export const providerSyncVerb: Verb = {
  usage: '',
  details: 'Waits for its end. The exit code is 1 when it failed, or when it was held back as an alarm.',
  flags: {
    wait: { type: 'boolean', help: 'which is the default; --wait=false only starts it' },
    timeout: { type: 'string', value: 'TIME', help: 'how long to wait; 10m when absent' },
    ...platformFlags,
  },
  async run(args, io) {
    noWords(args, 'portolan provider sync');
    const seconds = readSeconds(args.text('timeout') ?? '10m', 'timeout', 's');
    const { client, workspace } = await connect(args, io);
    const params = { workspace };
    await client.call(syncProvider, { params });
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
        return { done: sync.state !== 'running', missing: 'the synchronisation goes on' };
      },
    });
    print(io, `provider sync ${sync.state}${sync.message === null ? '' : `: ${sync.message}`}`);
    return sync.state === 'succeeded' ? 0 : 1;
  },
};

export const providerClaimsVerb: Verb = {
  usage: '-f FILE --user-token-file FILE',
  details:
    'Shows whom a real token would stand for under the claim mapping of the settings; nothing is saved.',
  examples: ['portolan provider claims -f oidc.yaml --user-token-file token'],
  flags: {
    ...settingsFlags,
    'user-token-file': {
      type: 'string',
      value: 'FILE',
      complete: 'files',
      help: 'the token, as the provider made it',
    },
    ...textOutputFlag,
    ...platformFlags,
  },
  async run(args, io) {
    const token = await secretOf(args, 'user-token-file');
    if (token === undefined) throw usageFailure('Which token?', 'Give it with --user-token-file FILE.');
    const session = await connect(args, io);
    const { client, workspace } = session;
    const settings = await settingsOf(session, args, io);
    const found = await client.call(previewClaims, { params: { workspace }, body: { settings, token } });
    if (!showData(io, args, found)) {
      for (const [field, value] of Object.entries(found.user))
        print(io, `${field.padEnd(10)}  ${Array.isArray(value) ? value.join(', ') : (value ?? '–')}`);
      for (const claim of found.missing) tell(io, `The token has no claim "${claim}".`);
    }
    return found.missing.length === 0 ? 0 : 1;
  },
};

/** What a secret is called in the settings of a kind. */
const SECRETS: Readonly<Record<string, string>> = {
  keycloak: 'password',
  okta: 'token',
  oidc: 'clientSecret',
};

async function settingsOf(session: Session, args: Arguments, io: Io): Promise<ProviderSettings> {
  const file = args.text('filename');
  if ((file === undefined) === (args.words.length === 0))
    throw usageFailure(
      'Which provider?',
      'Give its settings with -f FILE, or its id (portolan get providers).',
    );
  const fields = file === undefined ? await knownSettings(session, args) : await fileSettings(file, io);
  const secret = await secretOf(args, 'secret-file');
  const name = SECRETS[String(fields['kind'])];
  if (secret !== undefined && name === undefined)
    throw usageFailure(
      `A provider of kind ${String(fields['kind'])} has no secret.`,
      'Leave --secret-file out.',
    );
  return providerSettings.parse({
    ...fields,
    ...(secret === undefined || name === undefined ? {} : { [name]: secret }),
  });
}

async function knownSettings({ client, workspace }: Session, args: Arguments) {
  const id = oneWord(args, 'Which provider?', 'portolan get providers lists them.');
  if (id === 'internal') return { kind: 'internal' };
  const { items } = await client.call(listProviders, { params: { workspace } });
  const found = items.find((one) => one.id === id);
  if (found !== undefined) return { ...found.settings, kind: found.kind };
  throw new Failure(
    `There is no provider "${id}".`,
    `Those that can be used: ${items.map((one) => one.id).join(', ')}.`,
  );
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
];

async function fileSettings(file: string, io: Io): Promise<Readonly<Record<string, unknown>>> {
  const text = file === '-' ? await readAll(io.stdin) : await readText(file, 'filename');
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
  const file = args.text(flag);
  return file === undefined ? undefined : (await readText(file, flag)).trim();
}

async function readText(file: string, flag: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usageFailure(
      `--${flag} ${file} cannot be read (${error.code ?? error.message}).`,
      'Check the path.',
    );
  });
}

function testOf({ client, workspace }: Session, settings: ProviderSettings): Promise<TestReport> {
  return client.call(testProvider, { params: { workspace }, body: { settings } });
}

function showData(io: Io, args: Arguments, value: unknown): boolean {
  const output = args.text('output');
  if (output === 'json') print(io, JSON.stringify(value, null, 2));
  else if (output === 'yaml') print(io, stringify(value));
  return output === 'json' || output === 'yaml';
}

function showSteps(io: Io, report: TestReport): void {
  print(io, stepLines(io, report).join('\n'));
}

function stepLines(io: Io, report: TestReport): readonly string[] {
  const theme = plainTheme(io);
  const tones = { passed: 'ok', failed: 'bad', skipped: 'dim' } as const;
  return report.steps.map(
    ({ step, state, message }) =>
      `${theme.paint(tones[state], state.padEnd(7))}  ${step.padEnd(11)}  ${message}`,
  );
}

function effectLines(effect: {
  from: string;
  to: string;
  disabledUsers: number;
  disabledKeys: number;
  restoredUsers: number;
  restoredKeys: number;
  examples: readonly string[];
}): readonly string[] {
  return [
    `${effect.to} instead of ${effect.from}`,
    `${effect.disabledUsers} users and ${effect.disabledKeys} API keys lose access; they are kept for 30 days`,
    `${effect.restoredUsers} users and ${effect.restoredKeys} API keys get it back`,
    ...(effect.examples.length === 0 ? [] : [`among those who lose it: ${effect.examples.join(', ')}`]),
  ];
}
