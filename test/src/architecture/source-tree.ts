import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface SourceFile {
  /** Relative to the root of the repository: `apps/agent/src/agent.ts`. */
  readonly path: string;
  /** Names the file exports. */
  readonly exports: readonly string[];
  /** Routes it calls: `client.call(listUsers, …)`. */
  readonly calls: readonly string[];
  /** Files of the repository that it imports, for values or types. */
  readonly imports: readonly string[];
  /** Modules outside of the repository that it imports: `node:fs`, `react`. */
  readonly modules: readonly string[];
}

const IMPORT =
  /(?:^|[;\n])\s*(?:import|export)\s(?:[^'";]*?\sfrom\s*)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
const EXPORT =
  /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:const|let|function\*?|class|interface|type)\s+(\w+)/gm;
const CALL = /\.call\(\s*(?:\w+\.)?(\w+)/g;
const EXPORT_LIST = /^export\s+(?:type\s+)?\{([^}]*)\}/gm;

/** Returns the source files of all packages, without tests and generated files, sorted by path. */
export function readSourceTree(): readonly SourceFile[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', 'apps', 'shared', 'test/src'],
    { cwd: ROOT, encoding: 'utf8' },
  );
  const paths = listed.split('\n').filter((path) => /\/src\/.*\.tsx?$/.test(path) && !isIgnored(path));
  const known = new Set(paths);
  return paths.toSorted().flatMap((path) => {
    const text = readIfPresent(join(ROOT, path));
    return text === null ? [] : [parseSource(path, text, known)];
  });
}

function isIgnored(path: string): boolean {
  return /\.test\.tsx?$|\/(?:generated|migrations)\//.test(path);
}

function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Deleted, and not committed yet.
    return null;
  }
}

function parseSource(path: string, text: string, known: ReadonlySet<string>): SourceFile {
  const specifiers = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '');
  const resolved = specifiers.map((specifier) => ({ specifier, file: resolve(path, specifier, known) }));
  return {
    path,
    exports: exportsOf(text),
    calls: [...text.matchAll(CALL)].map(([, name = '']) => name),
    imports: resolved.flatMap(({ file }) => (file === null ? [] : [file])),
    modules: resolved.flatMap(({ specifier, file }) =>
      file === null && !/^\.|^@portolan\//.test(specifier) ? [specifier] : [],
    ),
  };
}

function resolve(from: string, specifier: string, known: ReadonlySet<string>): string | null {
  const shared = /^@portolan\/([^/]+)\/(.+)$/.exec(specifier);
  const base = shared
    ? `shared/${shared[1]}/src/${shared[2]}`
    : specifier.startsWith('.')
      ? normalize(join(dirname(from), specifier))
      : null;
  if (base === null) return null;
  return [base, `${base}.ts`, `${base}.tsx`].find((path) => known.has(path)) ?? null;
}

function exportsOf(text: string): string[] {
  const listed = [...text.matchAll(EXPORT_LIST)].flatMap(([, names = '']) =>
    names.split(',').map(
      (name) =>
        name
          .trim()
          .split(/\s+as\s+/)
          .at(-1) ?? '',
    ),
  );
  return [...[...text.matchAll(EXPORT)].map(([, name = '']) => name), ...listed].filter(
    (name) => name !== '',
  );
}

/** Returns groups of nodes that reach each other (Tarjan 1972), each with more than one node. */
export function findCircles(edges: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node) ?? 0);
    stack.push(node);
    for (const next of edges.get(node) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(node) !== index.get(node)) return;
    const circle = stack.splice(stack.indexOf(node));
    if (circle.length > 1) circles.push(circle.toSorted());
  };
  for (const node of edges.keys()) if (!index.has(node)) visit(node);
  return circles;
}
