import { loadConfig } from '@portolan/contexts/config';
import { userPaths } from '@portolan/contexts/paths';
import { listResources } from '@portolan/contract/resources';
import { allKinds, findKindByName } from '@portolan/console/kinds/all-kinds';
import { connect } from './connect.ts';
import { findKind, kubernetesKinds } from './find-kind.ts';
import { filterOf, nameOf } from './find-rows.ts';
import { platformFlags } from './flags.ts';
import type { Io } from '../terminal/io.ts';
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

/** Names offered at most: a shell shows no more than a screen of them. */
const NAMES_MAX = 200;
/** Milliseconds after which nothing is offered, so that the shell does not hang. */
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

/** Namespaces of the objects the platform knows. */
export async function namespaceNames(here: Here): Promise<readonly Candidate[]> {
  const { client, workspace } = await sessionOf(here);
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const { items } = await client.call(
    listResources,
    { params: { workspace }, query: { limit: 500 } },
    signal,
  );
  const names = new Set(items.flatMap(({ namespace }) => namespace ?? []));
  return [...names].toSorted().map((word) => ({ word }));
}

export async function workspaceNames(here: Here): Promise<readonly Candidate[]> {
  const { account } = await sessionOf(here);
  return account.workspaces.map(({ workspace, name }) => ({ word: workspace, help: name }));
}

/** Returns the last word that names a kind. */
export function lastKind(words: readonly string[]): string {
  return words.findLast((word) => findKindByName(word) !== null) ?? words[0] ?? '';
}

function sessionOf({ before, io }: Here) {
  return connect(parseArguments({ name: 'get', flags: platformFlags }, ownFlags(before)), io);
}

/** Returns names of objects of a kind from the platform the command line is about. */
export async function objectNames(word: string, here: Here): Promise<readonly Candidate[]> {
  const { current } = here;
  const asked = findKind(word);
  const session = await sessionOf(here);
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

/** Returns the flags that select the platform from an unfinished command line. */
function ownFlags(words: readonly string[]): readonly string[] {
  const names = Object.keys(platformFlags).map((name) => `--${name}`);
  return words.flatMap((word, at) => {
    const next = words[at + 1];
    if (names.includes(word)) return next === undefined ? [] : [word, next];
    return names.some((name) => word.startsWith(`${name}=`)) ? [word] : [];
  });
}
