import { findVerb } from './find-verb.ts';
import { namespaceFlag, platformFlags } from './flags.ts';
import { print, type Io } from '../terminal/io.ts';
import { allVerbs } from './registry.ts';
import type { Flag, Verb, Words } from './verb.ts';

interface Candidate {
  readonly word: string;
  readonly help?: string;
}

/**
 * Prints candidates for the last word to the scripts of `portolan completion`, one a line with its help behind a tab. A line
 * `:files` asks the shell for file names. Failures print nothing.
 */
export async function complete(words: readonly string[], io: Io): Promise<number> {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  const found = await candidates(before, current, io).catch(() => []);
  if (found === 'files') {
    print(io, ':files');
    return 0;
  }
  const matching = found.filter(({ word }) => word.toLowerCase().startsWith(current.toLowerCase()));
  const lines = matching.map(({ word, help }) => (help === undefined ? word : `${word}\t${help}`));
  print(io, [...new Set(lines)].join('\n'));
  return 0;
}

type Offer = readonly Candidate[] | 'files';

async function candidates(before: readonly string[], current: string, io: Io): Promise<Offer> {
  const found = findVerb(before, allVerbs);
  if (found === null) {
    // `portolan --context …`: a flag before the verb.
    const early = /^--?[\w-]+$/.test(before.at(-1) ?? '') ? earlyFlag(before.at(-1) ?? '') : undefined;
    return early === undefined ? verbWords(before) : valueWords(early, { before, io });
  }
  const verb = await found.entry.load();
  const valued = flagOf(verb, before.at(-1) ?? '');
  if (valued?.type === 'string') return valueWords(valued, { before, io });
  if (current.startsWith('-')) {
    const assigned = /^(--[\w-]+=)/.exec(current)?.[1];
    const flag = assigned === undefined ? undefined : flagOf(verb, assigned.slice(0, -1));
    if (flag === undefined) return flagWords(verb);
    const values = await valueWords(flag, { before, io });
    return values === 'files'
      ? values
      : values.map((one) => ({ ...one, word: `${assigned ?? ''}${one.word}` }));
  }
  const given = found.rest.filter((word, at) => {
    const flag = flagOf(verb, found.rest[at - 1] ?? '');
    return !word.startsWith('-') && flag?.type !== 'string';
  });
  const second = given.length === 0 ? subWords(found.entry.name) : [];
  const words = verb.complete ?? [];
  const last = words.at(-1);
  const isRepeated = last === 'objects' || last === 'files';
  const source = words[given.length] ?? (isRepeated ? last : undefined);
  const own = source === undefined ? [] : await wordsOf(source, { given, before, current, io });
  return own === 'files' ? own : [...second, ...own];
}

/** Verbs, or the second words of one. */
function verbWords(before: readonly string[]): readonly Candidate[] {
  const first = before.findLast((word) => !word.startsWith('-'));
  if (first !== undefined) return subWords(first);
  const seen = new Map<string, Candidate>([
    ['up', { word: 'up', help: 'Start the whole system on this machine' }],
  ]);
  for (const { name, summary } of allVerbs) {
    const [word = '', more] = name.split(' ');
    if (more === undefined || !seen.has(word)) seen.set(word, { word, help: summary });
  }
  return [...seen.values()];
}

function subWords(first: string): readonly Candidate[] {
  return allVerbs
    .filter(({ name }) => name.startsWith(`${first} `))
    .map(({ name, summary }) => ({ word: name.slice(first.length + 1), help: summary }));
}

function earlyFlag(word: string): Flag | undefined {
  return flagOf({ flags: { ...platformFlags, ...namespaceFlag } }, word);
}

function flagOf(verb: Pick<Verb, 'flags'>, word: string): Flag | undefined {
  const name = /^--?([\w-]+)$/.exec(word)?.[1];
  if (name === undefined) return undefined;
  const isLong = word.startsWith('--');
  return Object.entries(verb.flags).find(([main, flag]) =>
    isLong ? main === name || flag.aliases?.includes(name) === true : flag.short === name,
  )?.[1];
}

function flagWords(verb: Verb): readonly Candidate[] {
  return Object.entries(verb.flags).map(([name, { help }]) => ({ word: `--${name}`, help }));
}

interface Around {
  readonly before: readonly string[];
  readonly io: Io;
}

async function valueWords(flag: Flag, around: Around): Promise<Offer> {
  if (flag.choices) return flag.choices.map((word) => ({ word }));
  return flag.complete === undefined ? [] : wordsOf(flag.complete, { ...around, given: [], current: '' });
}

interface Here extends Around {
  readonly given: readonly string[];
  readonly current: string;
}

async function wordsOf(source: Words, here: Here): Promise<Offer> {
  if (source === 'files') return 'files';
  if (source === 'verbs') return verbWords([]);
  if (Array.isArray(source)) return (source as readonly string[]).map((word) => ({ word }));
  const dynamic = await import('./complete-names.ts');
  if (source === 'contexts') return dynamic.contextNames(here.io);
  if (source === 'namespaces') return dynamic.namespaceNames(here);
  if (source === 'workspaces') return dynamic.workspaceNames(here);
  if (source === 'kinds') return dynamic.kindWords(here);
  // `grant GROUP api …`: the kind is the last word that names one.
  if (source === 'objects') return dynamic.objectNames(dynamic.lastKind(here.given), here);
  return dynamic.objectNames((source as { readonly of: string }).of, here);
}
