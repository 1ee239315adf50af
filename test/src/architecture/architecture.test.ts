import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCircles, readSourceTree, ROOT, type SourceFile } from './source-tree.ts';

/** Packages that each package may import; the picture is in docs/architecture.md. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'shared/contract': [],
  'shared/process': ['shared/contract'],
  'shared/tunnel': ['shared/contract', 'shared/process'],
  'shared/resources': ['shared/contract', 'shared/process'],
  'shared/console': ['shared/contract', 'shared/resources'],
  'shared/contexts': ['shared/console', 'shared/process'],
  'shared/local-system': ['shared/contract', 'shared/process'],
  'shared/ui': [],
  'apps/agent': ['shared/contract', 'shared/process', 'shared/resources', 'shared/tunnel'],
  'apps/platform': ['shared/contract', 'shared/process', 'shared/resources', 'shared/tunnel'],
  'apps/desktop': [
    'shared/console',
    'shared/contexts',
    'shared/contract',
    'shared/local-system',
    'shared/process',
    'shared/resources',
    'shared/ui',
  ],
  'apps/tui': [
    'shared/console',
    'shared/contexts',
    'shared/contract',
    'shared/local-system',
    'shared/process',
    'shared/resources',
    'shared/tunnel',
  ],
};

/** A front end in a browser uses this package. */
const BROWSER_PACKAGE = 'shared/console';
const NOT_IN_BROWSER = /^(?:node:|react|ink\b|pg\b|pino\b|undici\b|ws\b)/;

const files = readSourceTree();
const inPackages = files.filter(({ path }) => !path.startsWith('test/'));

/** Folders that are capabilities or layers: below them, imports between folders run one way. */
const LAYERED = ['apps/agent/src', 'apps/platform/src', 'apps/tui/src', 'shared/tunnel/src'];

describe('files', () => {
  it('do not import each other in a circle, for types neither', () => {
    const edges = new Map(files.map(({ path, imports }) => [path, new Set(imports)]));
    expect(findCircles(edges)).toEqual([]);
  });
});

describe('folders', () => {
  // Tables name each other by foreign keys, which a schema.ts shows; they are below everything else.
  it.each(LAYERED)('of %s do not import each other in a circle, tables apart', (root) => {
    const inside = files
      .filter(({ path }) => isInside(root, path))
      .map((file) => ({ ...file, imports: file.imports.filter((path) => isInside(root, path)) }));
    expect(findCircles(edgesBetween(inside, (path) => folderOf(root, path)))).toEqual([]);
  });

  /** Files in no folder wire the others together. */
  function isInside(root: string, path: string): boolean {
    if (!path.startsWith(`${root}/`) || path.endsWith('/schema.ts') || path.includes('/testing/'))
      return false;
    return path.slice(root.length + 1).includes('/');
  }

  function folderOf(root: string, path: string): string {
    return path.slice(root.length + 1).split('/')[0] ?? '';
  }
});

describe('packages', () => {
  it('import only what they may', () => {
    const wrong = inPackages.flatMap(({ path, imports }) =>
      imports
        .filter((target) => packageOf(target) !== packageOf(path))
        .filter((target) => !PACKAGES[packageOf(path)]?.includes(packageOf(target)))
        .map((target) => `${path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('used by a browser need neither Node nor a terminal, nor does anything they import', () => {
    const byPath = new Map(files.map((file) => [file.path, file]));
    const reached = new Set(
      [...byPath.keys()].filter((path) => packageOf(path) === BROWSER_PACKAGE && !path.includes('/testing/')),
    );
    // A set that grows while it is walked is walked to its end.
    for (const path of reached) for (const target of byPath.get(path)?.imports ?? []) reached.add(target);
    const wrong = [...reached].flatMap((path) =>
      (byPath.get(path)?.modules ?? [])
        .filter((module) => NOT_IN_BROWSER.test(module))
        .map((module) => `${path} imports ${module}`),
    );
    expect(wrong).toEqual([]);
  });

  it('do not import each other in a circle', () => {
    expect(findCircles(edgesBetween(inPackages, packageOf))).toEqual([]);
  });
});

describe('the platform', () => {
  // The toolkits that stores are written with.
  const TOOLKITS = ['apps/platform/src/db/', 'apps/platform/src/lists/'];

  it('speaks SQL in stores alone', () => {
    const wrong = files
      .filter(({ modules }) => modules.some((module) => /^drizzle-orm\b/.test(module)))
      .map(({ path }) => path)
      .filter((path) => !/(?:^|[/-])(?:store|schema)\.ts$/.test(path) && !path.includes('/testing/'))
      .filter((path) => !TOOLKITS.some((folder) => path.startsWith(folder)));
    expect(wrong).toEqual([]);
  });
});

describe('front ends', () => {
  // Signing in and out makes and ends the session that actions need.
  const SESSION = ['signIn', 'signOut', 'startBrowserSession', 'keepBrowserSession'];
  // Change nothing, but need the permission of the change that they try.
  const TRIALS = ['planProvider', 'previewClaims', 'testProvider'];
  const ALLOWED = new Set([...SESSION, ...TRIALS]);

  it('change the platform by actions alone', async () => {
    const mutations = new Set(await mutatingRoutes());
    expect(mutations.size).toBeGreaterThan(20);
    const wrong = inPackages
      .filter(({ path }) => /^(?:apps\/(?!agent|platform)|shared\/console)/.test(path))
      .filter(({ path }) => !path.startsWith('shared/console/src/actions/') && !path.includes('/testing/'))
      .flatMap(({ path, calls }) =>
        calls.filter((name) => mutations.has(name)).map((name) => `${path} calls ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  /** Returns the names of the routes of administrators that change something. */
  async function mutatingRoutes(): Promise<string[]> {
    const contract = inPackages.filter(({ path }) => path.startsWith('shared/contract/src/'));
    const modules: Record<string, unknown>[] = await Promise.all(
      contract.map(({ path }) => import(/* @vite-ignore */ join(ROOT, path))),
    );
    return modules
      .flatMap((module) => Object.entries(module))
      .filter(([name, route]) => isMutation(route) && !ALLOWED.has(name))
      .map(([name]) => name);
  }

  function isMutation(route: unknown): boolean {
    if (typeof route !== 'object' || route === null || !('method' in route) || !('permission' in route))
      return false;
    const permission = String(route.permission);
    // Questions with a body are sent by POST.
    if (route.method === 'GET' || permission.endsWith('.read')) return false;
    return permission === 'signed-in' || permission.includes('.');
  }
});

describe('tables of words', () => {
  // `TABLE[word]` finds what every object inherits: `portolan get constructor`.
  it('are dictionaries, in which only their own words are found', () => {
    const sources = inPackages.filter(({ path }) => !/\/(?:testing|rows)\//.test(path));
    const table = /^(?:export )?const (\w+): (?:Readonly<)?Record<string, (?:[^=]|=>)*= \{/gm;
    const wrong = sources.flatMap(({ path }) =>
      [...readFileSync(join(ROOT, path), 'utf8').matchAll(table)].map(
        ([, name = '']) => `${path}: make ${name} a dictionary() of shared/contract`,
      ),
    );
    expect(wrong).toEqual([]);
  });
});

describe('docs/architecture.md', () => {
  const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
  const named = [...page.matchAll(/`([\w./-]+)`/g)].map(([, path = '']) => path);
  const sources = files.map(({ path }) => path);

  it('names files and folders that exist', () => {
    const missing = named
      .filter((path) => path.includes('/') || path.endsWith('.ts'))
      .filter((path) => !existsSync(join(ROOT, path)) && !isPartOfPath(path));
    expect(missing).toEqual([]);
  });

  it('names every package', () => {
    expect(Object.keys(PACKAGES).filter((name) => !named.includes(name))).toEqual([]);
  });

  /** A path after its first mention may be shortened to its end or, for folders, its middle. */
  function isPartOfPath(path: string): boolean {
    return sources.some(
      (source) => source.endsWith(`/${path}`) || source.includes(`/${path.replace(/\/$/, '')}/`),
    );
  }
});

function packageOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

/** Returns the imports between groups of files, without those inside a group. */
function edgesBetween(
  from: readonly SourceFile[],
  groupOf: (path: string) => string,
): Map<string, Set<string>> {
  const edges = new Map<string, Set<string>>();
  for (const { path, imports } of from) {
    const group = groupOf(path);
    const targets = edges.get(group) ?? new Set();
    for (const target of imports.map(groupOf)) if (target !== group) targets.add(target);
    edges.set(group, targets);
  }
  return edges;
}
