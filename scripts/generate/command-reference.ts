import { allVerbs } from '../../apps/tui/src/cli/all-verbs.ts';
import { verbText } from '../../apps/tui/src/cli/verbs/help.ts';
import { allCommands } from '../../apps/tui/src/commands/all-commands.ts';
import type { Command } from '../../apps/tui/src/commands/command.ts';
import { allKinds } from '../../apps/tui/src/kinds/all-kinds.ts';
import type { Generator } from './registry.ts';

const ASKS = ['', 'asks first', 'asks for `y`', 'asks for the name'] as const;

/** docs/keys.md and docs/cli.md: what the terminal UI and the command line answer to, from their registries. */
export const generateCommandReference: Generator = () =>
  Promise.resolve(
    new Map([
      ['docs/keys.md', keysPage()],
      ['docs/cli.md', cliPage()],
    ]),
  );

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

function cliPage(): string {
  return [
    '<!-- Generated from the verb registry by `npm run gen`. Do not edit. -->',
    '# Command line',
    '',
    '`portolan` alone opens the terminal UI; `portolan VERB …` does one thing. Data goes to standard output, everything said to',
    'a person to standard error. Exit codes: 0 done, 1 not done, 2 wrong command line. `portolan up` starts the whole system',
    'on this machine and has its own help: `portolan up --help`.',
    '',
    `Kinds: ${allKinds.map((kind) => `\`${kind.name}\``).join(', ')}, and every Kubernetes kind an agent reports (\`portolan get Ingress\`).`,
    ...allVerbs.flatMap((verb) => ['', `## portolan ${verb.name}`, '', '```', verbText(verb), '```']),
    '',
  ].join('\n');
}
