import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isFresh } from './inputs.js';
import { programFile, PROGRAMS, ROOT, runsSources } from './programs.js';

/**
 * Imports the bundle of a program, which is made first when its sources have changed, or its sources; returns the module. Compiled code
 * is kept beside the bundle where that can be written to.
 *
 * @param {import('./programs.js').ProgramName} name
 * @param {string} entry
 * @returns {Promise<Record<string, any>>}
 */
export async function importProgram(name, entry) {
  enableCompileCache(join(ROOT, PROGRAMS[name].folder, 'dist/cache'));
  if (!runsSources() && !isFresh(name)) await (await import('./bundle.js')).bundleStale([name]);
  return import(pathToFileURL(programFile(name, entry)).href);
}
