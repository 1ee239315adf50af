import { fileURLToPath } from 'node:url';

const PARTS = new Set(['renderer', 'log-update']);

/**
 * Our part in place of one of Ink's own, for an import inside Ink: how its tree becomes lines and how lines reach the
 * terminal. Ink's lay out anything, this program only lines; see docs/decisions/0088.
 */
export function inkPart(path, importer) {
  const name = /^\.\/([a-z-]+)\.js$/.exec(path)?.[1] ?? '';
  if (!PARTS.has(name) || !/[/\\]ink[/\\]build[/\\]ink\.js$/.test(importer ?? '')) return undefined;
  return fileURLToPath(new URL(`../src/kit/ink/${name}.ts`, import.meta.url));
}
