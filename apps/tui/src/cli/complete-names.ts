import { loadConfig } from '../config/config.ts';
import { userPaths } from '../config/paths.ts';
import { allKinds } from '@portolan/console/kinds/all-kinds';
import { connect } from './connect.ts';
import { findKind, kubernetesKinds } from './find-kind.ts';
import { filterOf, nameOf } from './find-rows.ts';
import { platformFlags } from './flags.ts';
import type { Io } from './io.ts';
import { parseArguments } from './parse-arguments.ts';

interface Candidate {
  readonly word: string;
  readonly help?: string;
}

interface Here {
  readonly before: readonly string[];
  readonly current: string;
  readonly io: Io;
}

/** So many names are offered: a shell shows no more than a screen of them. */
const NAMES_MAX = 200;
/** A shell that hangs on a key is worse than one that offers nothing. */
const PATIENCE_MS = 2_000;

export async function contextNames(io: Io): Promise<readonly Candidate[]> {
  const { config } = await loadConfig(userPaths(io.env).config);
  return Object.entries(config.contexts).map(([word, { platform }]) => ({ word, help: platform }));
}

/** Kinds; behind `KIND/` the names of that kind. */
export async function kindWords(here: Here): Promise<readonly Candidate[]> {
  const slash = here.current.indexOf('/');
  if (slash > 0) {
    const kind = here.current.slice(0, slash);
    const names = await objectNames(kind, { ...here, current: here.current.slice(slash + 1) });
    return names.map(({ word }) => ({ word: `${kind}/${word}` }));
  }
  return [
    ...allKinds.flatMap(({ name, singular, title }) => [
      { word: name, help: title },
      { word: singular, help: title },
    ]),
    ...kubernetesKinds.map(({ kind, group }) => ({ word: kind, help: group === '' ? 'core' : group })),
  ];
}

/** Names of things of a kind, asked of the platform the command line is about. */
export async function objectNames(
  word: string,
  { before, current, io }: Here,
): Promise<readonly Candidate[]> {
  const asked = findKind(word);
  const session = await connect(parseArguments({ name: 'get', flags: platformFlags }, ownFlags(before)), io);
  const text = current.replace(/["\\\n]/g, '');
  const filter = filterOf(
    asked,
    { namespace: undefined, cluster: undefined },
    text === '' ? undefined : `"${text}"`,
  );
  const page = await asked.kind.fetch(
    session,
    { limit: NAMES_MAX, ...(filter === '' ? {} : { filter }) },
    AbortSignal.timeout(PATIENCE_MS),
  );
  return page.items.map((row) => ({ word: nameOf(asked.kind, row) }));
}

/** The flags that say which platform is meant, out of a command line that is not finished. */
function ownFlags(words: readonly string[]): readonly string[] {
  const names = Object.keys(platformFlags).map((name) => `--${name}`);
  return words.flatMap((word, at) => {
    const next = words[at + 1];
    if (names.includes(word)) return next === undefined ? [] : [word, next];
    return names.some((name) => word.startsWith(`${name}=`)) ? [word] : [];
  });
}
