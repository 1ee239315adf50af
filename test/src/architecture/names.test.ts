import { basename, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSourceTree, type SourceFile } from './source-tree.ts';

/** Names that say what a file is for, whatever it exports. A new one belongs here only if newcomers expect it in many folders. */
const ROLES = new Map([
  ['capability', 'builds a capability: its routes, its jobs and what closes it'],
  ['client', 'opens connections of a protocol'],
  ['errors', 'errors of a package or protocol'],
  ['jobs', 'repeated work'],
  ['layout', 'places the parts of a page'],
  ['main', 'entry point of a program'],
  ['messages', 'shapes of the messages of a protocol'],
  ['preconditions', 'what a change requires of the current state'],
  ['registry', 'lists the members of a folder'],
  ['routes', 'HTTP'],
  ['schema', 'tables'],
  ['server', 'accepts connections of a protocol, or runs a server'],
  ['service', 'rules'],
  ['store', 'SQL'],
]);

/** Endings by which one capability has a role more than once: `outbox-store`, `sign-in-routes`. */
const ROLE_ENDING = /-(?:jobs|routes|schema|store)$/;

/** Folders whose files hold members of one collection, grouped and named by subject: `actions/clusters.ts`. */
const COLLECTIONS = new Set(['actions', 'commands', 'plugins', 'verbs']);

/** Folders with one source file, each with the reason why it is not in the folder above. */
const SINGLE_FILE_FOLDERS = new Map([
  ['apps/desktop/src/preload', 'a bundle for a context of Electron: main and renderer may not import it'],
]);

const files = readSourceTree().filter(
  ({ path }) => /^(?:apps|shared)\//.test(path) && !path.includes('/testing/'),
);
const capabilities = new Set(
  files
    .filter(({ path }) => path.startsWith('apps/platform/src/'))
    .flatMap(({ path }) => dirname(path).split('/').slice(3)),
);

describe('source files', () => {
  it('are named after something that they export, or by a role', () => {
    const wrong = files
      .filter((file) => !hasFittingName(file))
      .map(({ path, exports }) => `${path} exports ${exports.join(', ')}`);
    expect(wrong).toEqual([]);
  });

  it.each([
    ['read-credential', ['readCredential'], true],
    ['attachment', ['attachToIngress'], true],
    ['subscriptions', ['subscribe'], true],
    ['key-source', ['readCredential', 'bearerToken'], false],
    ['upgrade', ['joinSockets'], false],
    ['server', ['acceptPeer'], true],
    ['outbox-store', ['leaseDue'], true],
  ])('like %s that export %j: %j', (name, exports, isFitting) => {
    expect(hasFittingName({ path: `apps/a/src/b/${name}.ts`, exports })).toBe(isFitting);
  });
});

describe('folders', () => {
  it('have more than one source file', () => {
    const folders = Map.groupBy(files, ({ path }) => dirname(path));
    const parents = new Set([...folders.keys()].map((folder) => dirname(folder)));
    const single = [...folders]
      .filter(([folder, inside]) => inside.length === 1 && !parents.has(folder))
      .map(([folder]) => folder)
      .filter((folder) => !SINGLE_FILE_FOLDERS.has(folder));
    expect(single).toEqual([]);
  });
});

/** Returns whether a word of the file's name is in the name of an export. Entry points export nothing. */
function hasFittingName({ path, exports }: Pick<SourceFile, 'path' | 'exports'>): boolean {
  const name = basename(path).replace(/\.tsx?$/, '');
  const folders = dirname(path).split('/');
  if (ROLES.has(name) || ROLE_ENDING.test(name) || exports.length === 0) return true;
  if (folders.some((folder) => COLLECTIONS.has(folder))) return true;
  // Routes in the contract are grouped by the capability of the platform that serves them.
  if (path.startsWith('shared/contract/src/') && capabilities.has(name)) return true;
  return name.split('-').some((word) => exports.some((exported) => isNamedIn(exported, word)));
}

/** Returns whether a word or a form of it (`attachment`, `attach`) is in a name in camel case. */
function isNamedIn(exported: string, word: string): boolean {
  const singular = word.replace(/s$/, '');
  if (exported.toLowerCase().includes(singular)) return true;
  const parts = exported.split(/(?=[A-Z])|_/).map((part) => part.toLowerCase());
  return parts.some((part) => word.startsWith(part.slice(0, 5)) && part.length > 3);
}
