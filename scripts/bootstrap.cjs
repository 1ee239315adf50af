'use strict';
// Runs before `npm start`, `npm test` and `npm run check` on the machine's own Node (20 or newer): installs the locked
// dependencies when they are missing or are not those of the lockfile. npm writes node_modules/.package-lock.json last, so
// an install that was interrupted is repeated. `npm ci` installs exactly what the lockfile names, or fails.
const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync, statSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const done = join(root, 'node_modules', '.package-lock.json');
const lock = join(root, 'package-lock.json');

/**
 * Returns whether the installed packages are those of the lockfile. The times of the two files answer for most starts; a
 * checkout that wrote the same lockfile again is recognized by its content.
 */
function isInstalled() {
  if (!existsSync(done)) return false;
  if (statSync(done).mtimeMs >= statSync(lock).mtimeMs) return true;
  try {
    return isSame(readPackages(lock), readPackages(done));
  } catch {
    return false; // a file that was cut short
  }
}

/** Optional packages of other platforms are in the lockfile and not installed. */
function isSame(locked, installed) {
  const names = new Set([...Object.keys(locked), ...Object.keys(installed)]);
  names.delete('');
  return [...names].every((name) => {
    const [wanted, found] = [locked[name], installed[name]];
    if (found === undefined) return wanted.optional === true;
    return wanted !== undefined && wanted.version === found.version && wanted.integrity === found.integrity;
  });
}

function readPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}

if (!isInstalled()) {
  process.stderr.write('portolan: installing dependencies (first start only) …\n');
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm]] : ['npm', []];
  // npm's own report goes to stderr: stdout belongs to the program (`npm start -- --json`).
  const { status, error } = spawnSync(
    command,
    [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
    },
  );
  if (status !== 0) {
    process.stderr.write(
      `portolan: the dependencies could not be installed (${error ? error.message : `npm exited with ${status}`}). ` +
        'Check that the npm registry can be reached and run the command again.\n',
    );
    process.exit(1);
  }
}
