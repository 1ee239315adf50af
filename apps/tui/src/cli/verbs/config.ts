import { ownValue } from '@portolan/contract/dictionary';
import { changeConfig, loadConfig, type Config, type LoadedConfig } from '@portolan/contexts/config';
import { openCredentials } from '@portolan/contexts/credentials';
import { userPaths } from '@portolan/contexts/paths';
import { Failure, usageFailure } from '@portolan/console/failure';
import type { Column } from '@portolan/console/kinds/kind';
import { didYouMean } from '../did-you-mean.ts';
import { print, printData, tell, type Io } from '../../terminal/io.ts';
import { noWords, oneWord } from '../read-words.ts';
import { Table } from '../table.ts';
import { plainTheme } from '../plain-theme.ts';
import type { Arguments, Verb } from '../verb.ts';
import { printDocument } from '../result.ts';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';

interface Row {
  readonly isCurrent: boolean;
  readonly name: string;
  readonly platform: string;
  readonly workspace: string | undefined;
  readonly production: boolean;
}

const columns: readonly Column<Row>[] = [
  { id: 'current', title: 'CURRENT', type: 'text', value: (row) => (row.isCurrent ? '*' : '') },
  { id: 'name', title: 'NAME', type: 'text', value: (row) => row.name },
  { id: 'platform', title: 'PLATFORM', type: 'text', value: (row) => row.platform },
  { id: 'workspace', title: 'WORKSPACE', type: 'text', value: (row) => row.workspace ?? null },
  { id: 'production', title: 'PRODUCTION', type: 'text', value: (row) => (row.production ? 'PROD' : '') },
];

/** Shows the known platforms, or switches to another one. */
export const contextVerb: Verb = {
  usage: '[NAME]',
  details: 'Short for `portolan config get-contexts` and `portolan config use-context`.',
  complete: ['contexts'],
  flags: {},
  run: (args, io) => (args.words.length === 0 ? listContexts(args, io) : useContext(args, io)),
};

export const getContextsVerb: Verb = {
  usage: '',
  flags: {
    output: {
      type: 'string',
      short: 'o',
      value: 'FORMAT',
      choices: ['table', 'name', 'json'],
      help: 'table, name or json',
    },
    'no-headers': { type: 'boolean', help: 'omit the header line' },
  },
  run: listContexts,
};

export const currentContextVerb: Verb = {
  usage: '',
  flags: {},
  async run(args, io) {
    const { config } = await load(io);
    if (config.current === undefined)
      throw new Failure('There is no current context.', 'Create one with: portolan login');
    print(io, config.current);
    return 0;
  },
};

export const useContextVerb: Verb = { usage: 'NAME', complete: ['contexts'], flags: {}, run: useContext };

export const renameContextVerb: Verb = {
  usage: 'OLD NEW',
  complete: ['contexts'],
  flags: {},
  async run(args, io) {
    const [old, fresh, more] = args.words;
    if (old === undefined || fresh === undefined || more !== undefined)
      throw usageFailure('Two names are needed.', 'portolan config rename-context OLD NEW');
    const loaded = await load(io);
    const held = mustHold(loaded.config, old);
    if (Object.hasOwn(loaded.config.contexts, fresh))
      throw new Failure(`Context "${fresh}" exists already.`, 'Delete it first, or choose another name.');
    await save(loaded, (config) => {
      const { [old]: _old, ...others } = config.contexts;
      return {
        ...config,
        contexts: { ...others, [fresh]: held },
        ...(config.current === old ? { current: fresh } : {}),
      };
    });
    tell(io, `Renamed context ${old} to ${fresh}.`);
    return 0;
  },
};

export const deleteContextVerb: Verb = {
  usage: 'NAME',
  details:
    'Also deletes the token stored for its platform, unless another context uses it. The session goes on: use portolan logout to end it.',
  complete: ['contexts'],
  flags: {},
  async run(args, io) {
    const name = oneWord(args, 'context', 'portolan config delete-context NAME');
    const loaded = await load(io);
    const { platform } = mustHold(loaded.config, name);
    const saved = await save(loaded, (config) => {
      const { [name]: _gone, ...contexts } = config.contexts;
      const { current, ...rest } = config;
      return { ...rest, contexts, ...(current === name || current === undefined ? {} : { current }) };
    });
    const isShared = Object.values(saved.config.contexts).some((one) => one.platform === platform);
    if (!isShared) await openCredentials(userPaths(io.env).credentials).remove(platform);
    tell(io, `Deleted context ${name}${isShared ? '' : ' and the token stored for it'}.`);
    return 0;
  },
};

export const setContextVerb: Verb = {
  usage: 'NAME\n--current',
  details: 'Creates or changes a context.',
  examples: [
    'portolan config set-context --current --workspace staging',
    'portolan config set-context prod --platform https://portolan.example.com --production',
  ],
  complete: ['contexts'],
  flags: {
    current: { type: 'boolean', help: 'the current context' },
    platform: { type: 'string', value: 'URL', help: 'address of the platform' },
    workspace: { type: 'string', value: 'NAME', help: 'workspace' },
    production: {
      type: 'boolean',
      help: 'mark as production: red, read-only by default, --yes needs its name; =false unmarks it',
    },
  },
  async run(args, io) {
    const loaded = await load(io);
    const name = args.has('current') ? loaded.config.current : args.words[0];
    if (name === undefined || (args.has('current') && args.words.length > 0) || args.words.length > 1)
      throw usageFailure('The context is missing.', 'portolan config set-context NAME, or --current.');
    const held = ownValue(loaded.config.contexts, name);
    const platform = args.text('platform') ?? held?.platform;
    if (platform === undefined)
      throw usageFailure(`Context ${name} is new and needs a platform.`, 'Pass it with --platform URL.');
    if (!URL.canParse(platform) || !/^https?:/.test(platform))
      throw usageFailure(`"${platform}" is not a URL.`, 'Use a URL such as https://portolan.example.com.');
    const workspace = args.text('workspace') ?? held?.workspace;
    const production = args.has('production') || (!args.isOff('production') && (held?.production ?? false));
    await save(loaded, (config) => ({
      ...config,
      contexts: {
        ...config.contexts,
        [name]: {
          ...held,
          platform: platform.replace(/\/$/, ''),
          production,
          ...(workspace === undefined ? {} : { workspace }),
        },
      },
    }));
    tell(
      io,
      held === undefined
        ? `Created context ${name}. Switch to it with: portolan config use-context ${name}`
        : `Changed context ${name}.`,
    );
    return 0;
  },
};

export const viewConfigVerb: Verb = {
  usage: '',
  details:
    'It contains no tokens: they are stored in the keychain of the system, or in a file with mode 0600.',
  flags: {},
  async run(args, io) {
    const loaded = await load(io);
    tell(io, `# ${loaded.path}`);
    printData(io, formatYaml(loaded.config));
    return 0;
  },
};

async function listContexts(args: Arguments, io: Io): Promise<number> {
  noWords(args, 'portolan config get-contexts');
  const { contexts, current } = (await load(io)).config;
  const rows = Object.entries(contexts).map(([name, { platform, workspace, production }]) => ({
    isCurrent: name === current,
    name,
    platform,
    workspace,
    production,
  }));
  if (printDocument(io, args, rows)) return 0;
  if (args.text('output') === 'name') print(io, rows.map(({ name }) => name).join('\n'));
  else if (rows.length === 0) tell(io, 'No contexts yet. Create one with: portolan login');
  else
    print(
      io,
      new Table({ columns, theme: plainTheme(io), now: Date.now(), hasHead: !args.has('no-headers') })
        .add(rows)
        .join('\n'),
    );
  return 0;
}

async function useContext(args: Arguments, io: Io): Promise<number> {
  const name = oneWord(args, 'context', 'portolan config use-context NAME');
  const loaded = await load(io);
  mustHold(loaded.config, name);
  await save(loaded, (config) => ({ ...config, current: name }));
  tell(io, `Switched to context ${name}.`);
  return 0;
}

async function load(io: Io): Promise<LoadedConfig> {
  const loaded = await loadConfig(userPaths(io.env).config);
  if (loaded.problem !== null) throw new Failure(`${loaded.problem}.`, 'Correct the file.');
  return loaded;
}

async function save(loaded: LoadedConfig, change: (config: Config) => Config): Promise<LoadedConfig> {
  const saved = await changeConfig(loaded, change);
  if (saved.problem !== null) throw new Failure(`${saved.problem}.`, 'Correct the file.');
  return saved;
}

function mustHold({ contexts }: Config, name: string) {
  const held = ownValue(contexts, name);
  if (held !== undefined) return held;
  const names = Object.keys(contexts);
  throw usageFailure(
    `There is no context "${name}".`,
    `${didYouMean(name, names)}Contexts: ${names.join(', ') || 'none yet; create one with portolan login'}.`,
  );
}
