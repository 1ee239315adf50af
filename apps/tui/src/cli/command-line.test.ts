import { expect, test } from 'vitest';
import { Failure } from '@portolan/console/failure';
import { splitCommand } from '../terminal/editor.ts';
import { explainUnknown, findVerb } from './find-verb.ts';
import { parseArguments } from './parse-arguments.ts';
import { allVerbs } from './registry.ts';
import type { Flags, Words } from './verb.ts';

const loaded = await Promise.all(allVerbs.map(async (entry) => ({ entry, verb: await entry.load() })));

test('no two verbs answer to one name', () => {
  const names = allVerbs.flatMap(({ name, aliases }) => [name, ...aliases]);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test.each(loaded.map(({ entry, verb }) => [entry.name, entry, verb] as const))(
  '%s has a summary, flags that do not clash, and examples that parse',
  (name, entry, { flags, examples = [] }) => {
    expect(entry.summary).toMatch(/^[A-Z].*[^.]$/);
    const names = Object.entries(flags).flatMap(([long, { short, aliases = [] }]) => [
      long,
      ...aliases,
      ...(short ? [short] : []),
    ]);
    expect(names.filter((one, at) => names.indexOf(one) !== at)).toEqual([]);
    for (const example of examples) {
      const [, own] = /portolan ([^|&>)]*)/.exec(example.replaceAll(/\$\([^)]*\)/g, 'x')) ?? [];
      const argv = splitCommand((own ?? '').trim());
      const found = findVerb(argv, allVerbs);
      if (found?.entry.name !== name) continue;
      expect(() => parseArguments({ name, flags }, found.rest)).not.toThrow();
    }
  },
);

test('kinds of words to complete name kinds there are', async () => {
  const { findKind } = await import('./find-kind.ts');
  const kinds = loaded.flatMap(({ verb }) => [
    ...(verb.complete ?? []),
    ...Object.values(verb.flags).flatMap(({ complete }) => (complete === undefined ? [] : [complete])),
  ]);
  const named = kinds.flatMap((one: Words) => (typeof one === 'object' && 'of' in one ? [one.of] : []));
  expect(named.length).toBeGreaterThan(5);
  for (const kind of named) expect(() => findKind(kind)).not.toThrow();
});

test.each([
  ['get apis', 'get', ['apis']],
  ['-n airline get apis', 'get', ['-n', 'airline', 'apis']],
  ['--context prod audit verify', 'audit verify', ['--context', 'prod']],
  ['audit --workspace x verify', 'audit verify', ['--workspace', 'x']],
  ['create user ada', 'create user', ['ada']],
  ['create -f x.yaml', 'create', ['-f', 'x.yaml']],
  ['invite ada', 'create member', ['ada']],
  ['auth whoami -o json', 'whoami', ['-o', 'json']],
  ['changes', 'rollout history', []],
])('%s is %s', (line, name, rest) => {
  const found = findVerb(line.split(' '), allVerbs);
  expect(found?.entry.name).toBe(name);
  expect(found?.rest).toEqual(rest);
});

test.each([
  ['gte apis', 'There is no verb "gte".', 'Did you mean get?'],
  ['descibe x', 'There is no verb "descibe".', 'Did you mean describe?'],
  ['audit', 'The second word of audit is missing.', 'Use one of: list, verify, export.'],
  ['audit verfy', 'There is no "audit verfy".', 'Did you mean "audit verify"?'],
])('%s is refused with what was meant', (line, message, fix) => {
  const failure = failureOf(() => explainUnknown(line.split(' '), allVerbs));
  expect(failure).toMatchObject({ message, exitCode: 2 });
  expect(failure.fix).toContain(fix);
});

const flags: Flags = {
  output: { type: 'string', short: 'o', choices: ['json', 'jsonpath='], help: '' },
  sort: { type: 'string', aliases: ['sort-by'], value: 'COLUMN', help: '' },
  group: { type: 'string', short: 'g', multiple: true, help: '' },
  watch: { type: 'boolean', short: 'w', help: '' },
  'dry-run': { type: 'boolean', choices: ['client', 'server', 'none'], help: '' },
};
const parse = (line: string) => parseArguments({ name: 'get', flags }, splitCommand(line));

test.each([
  ['apis -o json', { words: ['apis'], output: 'json' }],
  ['-o=json', { output: 'json' }],
  ['-ojson apis', { words: ['apis'], output: 'json' }],
  ['-o jsonpath={.items}', { output: 'jsonpath={.items}' }],
  ['--sort -age', { sort: '-age' }],
  ['--sort-by=-age', { sort: '-age' }],
  ['-g a -g b', { group: ['a', 'b'] }],
  ['-w', { watch: true }],
  ['--watch=false', { watch: false, off: true }],
  ['--dry-run', { dry: true }],
  ['--dry-run=server', { dry: true, mode: 'server' }],
  ['--dry-run=none', { dry: false }],
  ['-- -o', { words: ['-o'] }],
])('reads %s', (line, wanted) => {
  const args = parse(line);
  const read = {
    words: args.words,
    output: args.text('output'),
    sort: args.text('sort'),
    group: args.texts('group'),
    watch: args.has('watch'),
    off: args.isOff('watch'),
    dry: args.has('dry-run'),
    mode: args.text('dry-run'),
  };
  expect(read).toMatchObject(wanted);
});

test.each([
  ['--otput json', 'portolan get has no flag --otput.', 'Did you mean --output?'],
  ['-x', 'portolan get has no flag -x.', 'See: portolan help get'],
  ['-o jsn', '-o cannot be "jsn".', 'Did you mean json? Use one of: json, jsonpath=….'],
  ['--sort', '--sort needs a value.', 'Use --sort COLUMN.'],
  ['--sort --watch', '--sort needs a value.', 'Use --sort COLUMN.'],
  ['--sort a --sort b', '--sort is given 2 times.', 'Pass it once.'],
  ['--watch=maybe', '--watch cannot be "maybe".', 'Use --watch without a value.'],
])('refuses %s', (line, message, fix) => {
  const failure = failureOf(() => parse(line));
  expect(failure).toMatchObject({ message, exitCode: 2 });
  expect(failure.fix).toContain(fix);
});

function failureOf(run: () => unknown): Failure {
  try {
    run();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
