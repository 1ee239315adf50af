import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { isFresh } from '@portolan/bundles/inputs.js';
import { runsSources } from '@portolan/bundles/programs.js';
import { StartupError } from '@portolan/process/startup-error';

/** Programs that a local system runs. */
const NAMES = ['agent', 'platform', 'examples'] as const;

interface ProgramsBuild {
  /** Root of the repository or installation. */
  readonly root: string;
  /** Node that builds. */
  readonly node: string;
  readonly logFile: string;
  /** Called before a build begins, which takes a second or two. */
  readonly onBuild: () => void;
}

/**
 * Bundles the programs of a local system where bundles are missing or sources have changed. @throws StartupError with the last line of the
 * log when that fails.
 */
export async function buildPrograms({ root, node, logFile, onBuild }: ProgramsBuild): Promise<void> {
  const stale = runsSources() ? [] : NAMES.filter((name) => !isFresh(name, root));
  if (stale.length === 0) return;
  onBuild();
  const log = openSync(logFile, 'w', 0o600);
  const builder = join(root, 'shared/bundles/src/main.js');
  const child = spawn(node, [builder, ...stale], { cwd: root, stdio: ['ignore', log, log] });
  closeSync(log);
  const [code] = await once(child, 'exit');
  if (code === 0) return;
  const reason = readFileSync(logFile, 'utf8')
    .split('\n')
    .find((line) => /error/i.test(line));
  throw new StartupError(
    `The programs could not be built${reason === undefined ? '' : ` (${reason.trim()})`}.`,
    `See ${logFile}; \`npm ci\` installs what building needs.`,
  );
}
