import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAMS, ROOT } from './programs.js';

/** File beside a bundle that says what it was made of. */
export const INPUTS = 'inputs.json';

/**
 * What a bundle was made of: size in bytes, time of change in milliseconds since 1970, and SHA-256 of each file, by its path
 * relative to the root. A path that ends in `/` is a directory, whose content is the names in it.
 *
 * @typedef {Record<string, [size: number, changedAt: number, hash: string]>} Inputs
 */

/**
 * Returns whether the bundle of a program is there and was made of what the sources are now. Sizes and times decide for most files; the
 * content of a file with another time is read, since a checkout or a copy changes the times of files that stay the same.
 * An installation without sources has no other bundle than its own.
 *
 * @param {import('./programs.js').ProgramName} name
 * @param {string} root
 */
export function isFresh(name, root = ROOT) {
  const { folder, entries } = PROGRAMS[name];
  const file = (/** @type {string} */ entry) => join(root, folder, 'dist', `${entry}.mjs`);
  if (!Object.keys(entries).every((entry) => existsSync(file(entry)))) return false;
  if (!Object.values(entries).some((source) => existsSync(join(root, folder, source)))) return true;
  const inputs = readInputs(join(root, folder, 'dist', INPUTS));
  return (
    inputs !== null && Object.entries(inputs).every(([path, recorded]) => isUnchanged(root, path, recorded))
  );
}

/**
 * Records what a bundle was made of. Files that changed since the build began make it stale.
 *
 * @param {string} file
 * @param {readonly string[]} paths relative to the root
 * @param {{ readonly startedAt: number, readonly root?: string }} build when it began, in milliseconds since 1970
 */
export function recordInputs(file, paths, { startedAt, root = ROOT }) {
  const inputs = paths.toSorted().map((path) => {
    const described = describe(root, path);
    return [path, described[1] < startedAt ? described : [0, 0, '']];
  });
  writeFileSync(file, JSON.stringify(Object.fromEntries(inputs)));
}

/**
 * @param {string} file
 * @returns {Inputs | null}
 */
function readInputs(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * @param {string} root
 * @param {string} path
 * @param {Inputs[string]} recorded
 */
function isUnchanged(root, path, [size, changedAt, hash]) {
  const status = statSync(join(root, path), { throwIfNoEntry: false });
  if (status === undefined) return false;
  if (status.mtimeMs === changedAt && status.size === size) return true;
  return hashOf(root, path) === hash;
}

/**
 * @param {string} root
 * @param {string} path
 * @returns {Inputs[string]}
 */
function describe(root, path) {
  const { size, mtimeMs } = statSync(join(root, path));
  return [size, mtimeMs, hashOf(root, path)];
}

/**
 * @param {string} root
 * @param {string} path
 */
function hashOf(root, path) {
  const full = join(root, path);
  const content = path.endsWith('/') ? readdirSync(full).toSorted().join('\n') : readFileSync(full);
  return createHash('sha256').update(content).digest('base64url');
}
