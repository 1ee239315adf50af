import { describe, expect, it } from 'vitest';
import { findCircles, readSourceTree, type SourceFile } from './source-tree.ts';

/** Packages that each package may import; the picture is in docs/architecture.md. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'shared/contract': [],
  'shared/process': ['shared/contract'],
  'shared/tunnel': ['shared/contract', 'shared/process'],
  'shared/resources': ['shared/contract', 'shared/process'],
  'shared/console': ['shared/contract', 'shared/resources'],
  'shared/local-system': ['shared/contract', 'shared/process'],
  'apps/agent': ['shared/contract', 'shared/process', 'shared/resources', 'shared/tunnel'],
  'apps/platform': ['shared/contract', 'shared/process', 'shared/resources', 'shared/tunnel'],
  'apps/tui': [
    'shared/console',
    'shared/contract',
    'shared/local-system',
    'shared/process',
    'shared/resources',
    'shared/tunnel',
  ],
};

/** Packages that also run in a browser: neither Node nor a terminal. */
const BROWSER_PACKAGES = ['shared/contract', 'shared/console'];
const NOT_IN_BROWSER = /^(?:node:|react|ink\b|pg\b|pino\b|undici\b|ws\b)/;

const files = readSourceTree();
const inPackages = files.filter(({ path }) => !path.startsWith('test/'));

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

  it.each(BROWSER_PACKAGES)('%s runs in a browser', (name) => {
    const wrong = files
      .filter(({ path }) => packageOf(path) === name && !path.includes('/testing/'))
      .flatMap(({ path, modules }) =>
        modules.filter((module) => NOT_IN_BROWSER.test(module)).map((module) => `${path} imports ${module}`),
      );
    expect(wrong).toEqual([]);
  });

  it('do not import each other in a circle', () => {
    expect(findCircles(edgesBetween(inPackages, packageOf))).toEqual([]);
  });
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
