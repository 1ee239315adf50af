import type { Flag, Flags, Verb, VerbEntry, VerbGroup } from './verb.ts';

export function overviewText(all: readonly VerbGroup[]): string {
  const names = new Set(all.flatMap(({ verbs }) => verbs.map(({ name }) => name)));
  // `create user` is in the help of `create`; of `audit verify` there is no other.
  const isListed = ({ name }: VerbEntry) => !name.includes(' ') || !names.has(name.split(' ')[0] ?? '');
  const groups = all.map(({ title, verbs }) => ({ title, verbs: verbs.filter(isListed) }));
  const width = Math.max(...groups.flatMap(({ verbs }) => verbs.map(({ name }) => name.length)));
  return [
    'portolan: API management from the terminal',
    '',
    'Usage: portolan              the terminal UI',
    '       portolan VERB …       one command',
    '       portolan up           the whole system on this machine (portolan up --help)',
    ...groups.flatMap(({ title, verbs }) => [
      '',
      `${title}:`,
      ...verbs.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    ]),
    '',
    'Help for a verb: portolan help VERB. Available kinds: portolan api-resources',
    'Exit codes: 0 done, 1 failed, 2 wrong command line',
  ].join('\n');
}

/** Help of one verb; also its part of docs/cli.md. */
export function verbText({ name, aliases, summary }: VerbEntry, verb: Verb): string {
  const { usage, details, flags, examples } = verb;
  return [
    ...usage
      .split('\n')
      .map((line, at) => `${at === 0 ? 'Usage:' : '      '} portolan ${name} ${line}`.trimEnd()),
    '',
    `${summary}.`,
    ...(details === undefined ? [] : [details]),
    ...(aliases.length > 0 ? ['', `Also: ${aliases.map((one) => `portolan ${one}`).join(', ')}`] : []),
    ...(Object.keys(flags).length > 0 ? ['', 'Flags:', ...flagLines(flags)] : []),
    ...(examples ? ['', 'Examples:', ...examples.map((example) => `  ${example}`)] : []),
  ].join('\n');
}

/** Help of the first word of several verbs: `audit`. */
export function familyText(first: string, entries: readonly VerbEntry[]): string {
  const width = Math.max(...entries.map(({ name }) => name.length));
  return [
    `Usage: portolan ${first} …`,
    '',
    ...entries.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
  ].join('\n');
}

function flagLines(flags: Flags): readonly string[] {
  const heads = Object.entries(flags).map(([name, flag]) => {
    const short = flag.short === undefined ? '    ' : `-${flag.short}, `;
    const also =
      flag.aliases === undefined ? '' : ` (also ${flag.aliases.map((one) => `--${one}`).join(', ')})`;
    return {
      head: `${short}--${name}${valueText(flag)}`,
      help: `${flag.help}${also}`,
    };
  });
  const width = Math.max(...heads.map(({ head }) => head.length));
  return heads.map(({ head, help }) => `  ${head.padEnd(width)}  ${help}`);
}

function valueText({ type, value }: Flag): string {
  if (value === undefined) return '';
  return type === 'boolean' ? `[=${value}]` : ` ${value}`;
}
