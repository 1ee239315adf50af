'use strict';
// Runs before `npm start`, `npm test` and `npm run check` on the machine's own Node (20 or newer): installs the locked
// dependencies when they are missing or older than the lockfile. npm writes node_modules/.package-lock.json last, so an
// install that was cut short is repeated. `npm ci` takes exactly what the lockfile names, or fails.
const { spawnSync } = require('node:child_process');
const { existsSync, statSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const done = join(root, 'node_modules', '.package-lock.json');
const lock = join(root, 'package-lock.json');

if (!existsSync(done) || statSync(done).mtimeMs < statSync(lock).mtimeMs) {
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
