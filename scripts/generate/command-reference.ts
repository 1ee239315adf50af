import { verbText } from '../../apps/tui/src/cli/help-text.ts';
import { verbGroups } from '../../apps/tui/src/cli/registry.ts';
import type { VerbEntry } from '../../apps/tui/src/cli/verb.ts';
import { allCommands } from '../../apps/tui/src/commands/all-commands.ts';
import type { Command } from '../../apps/tui/src/state/command.ts';
import { allKinds } from '@portolan/console/kinds/all-kinds';
import type { Generator } from './registry.ts';

const ASKS = ['', 'asks first', 'asks for `y`', 'asks for the name'] as const;

/** docs/keys.md and docs/cli.md: the commands of the terminal UI and the verbs of the command line. */
export const generateCommandReference: Generator = async () =>
  new Map([
    ['docs/keys.md', keysPage()],
    ['docs/cli.md', await cliPage()],
  ]);

function keysPage(): string {
  const everywhere = allCommands.filter(
    (command) => command.where === 'anywhere' && command.kinds === undefined,
  );
  const places = [
    [
      'In every list',
      allCommands.filter((command) => command.where === 'list' && command.kinds === undefined),
    ],
    ['In details', allCommands.filter((command) => command.where === 'detail')],
    ['On the home screen', allCommands.filter((command) => command.where === 'pulse')],
    ['On pages of text', allCommands.filter((command) => command.where === 'page')],
  ] as const;
  const kinds = allKinds.map(
    (kind) =>
      [kind.title, allCommands.filter((command) => command.kinds?.includes(kind.name) === true)] as const,
  );
  return [
    '<!-- Generated from the command registry by `npm run gen`. Do not edit. -->',
    '# Keys',
    '',
    'Every command has an id; `keys:` in `~/.config/portolan/config.yaml` binds other keys to it, several if you like:',
    '',
    '```yaml',
    'keys:',
    '  palette.open: [ctrl-p]',
    '```',
    '',
    '`?` shows the keys that work where you are, and runs the one you choose. `keySet: plain` drops the letter motions.',
    ...section('Everywhere', everywhere),
    ...places.flatMap(([title, commands]) => section(title, commands)),
    ...kinds.flatMap(([title, commands]) => (commands.length === 0 ? [] : section(title, commands))),
    '',
  ].join('\n');
}

function section(title: string, commands: readonly Command[]): readonly string[] {
  const rows = commands.map((command) => {
    const keys = command.keys.map((key) => `\`${key}\``).join(' ');
    return `| ${keys} | ${command.title} | ${ASKS[command.danger]} | \`${command.id}\` |`;
  });
  return ['', `## ${title}`, '', '| Keys | What | | Command id |', '|---|---|---|---|', ...rows];
}

async function cliPage(): Promise<string> {
  const groups = await Promise.all(
    verbGroups.map(async ({ title, verbs }) => [
      '',
      `## ${title}`,
      ...(await Promise.all(verbs.map(verbSection))).flat(),
    ]),
  );
  return [
    '<!-- Generated from the verb registry by `npm run gen`. Do not edit. -->',
    '# Command line',
    '',
    '`portolan` alone opens the terminal UI; `portolan VERB …` runs one command. If you know `kubectl`, you know most of it. `portolan up`',
    'starts the whole system on this machine and has its own help: `portolan up --help`.',
    '',
    ...RULES,
    '',
    `Portolan’s kinds: ${allKinds.map((kind) => `\`${kind.name}\``).join(', ')}. Kubernetes kinds: \`portolan api-resources\`.`,
    '',
    '| task | verbs |',
    '|---|---|',
    ...verbGroups.map(
      ({ title, verbs }) =>
        `| ${title} | ${verbs.map(({ name }) => `[${name}](#portolan-${name.replaceAll(' ', '-')})`).join(', ')} |`,
    ),
    ...groups.flat(),
    '',
  ].join('\n');
}

const RULES = [
  '- Data goes to standard output, messages go to standard error, an error is always one line of text. Output to a pipe is never',
  '  wrapped. Each stream is coloured only if it is a terminal: not with `NO_COLOR` (any value), `TERM=dumb` or `FORCE_COLOR=0`;',
  '  any other `FORCE_COLOR` colours pipes too (https://no-color.org, https://force-color.org).',
  '- Escape sequences, control characters and direction marks in names and messages are removed, and escaped in JSON and YAML.',
  '- Exit codes: 0 done; 1 failed, or the answer is no (`why`, `auth can-i`, `diff`, `audit verify`); 2 wrong command line.',
  '- `-o json` and `-o yaml` of a list are `{kind: List, items: […]}`, of one named object the object itself. A Kubernetes object is its',
  '  manifest, with what Portolan adds (`urls`, `state`, `owner`, …) in `status`.',
  '- An object is `KIND NAME` or `KIND/NAME`, by name or ID; one that exists in several namespaces or clusters needs `-n` or `--cluster`.',
  '  An API key is also named by its prefix; keys of the same name are told apart by `--user EMAIL`.',
  '- Secrets are printed once, alone, to standard output; passwords and tokens are read from files or standard input, never from flags.',
  '- Deleting and other changes that lose something ask first; `--yes` agrees beforehand. On a context marked `production` it must name',
  '  the context: `--yes=prod`. `--dry-run` shows what would change.',
  '- Changes of several steps are planned first and applied as one change; they are refused if someone else changed the same meanwhile.',
  '- A request that takes longer than `--request-timeout` (60s) fails.',
];

async function verbSection(entry: VerbEntry): Promise<readonly string[]> {
  return ['', `### portolan ${entry.name}`, '', '```', verbText(entry, await entry.load()), '```'];
}
