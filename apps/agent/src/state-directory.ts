import { mkdir, stat } from 'node:fs/promises';
import { StartupError } from '@portolan/process/startup-error';
import type { AgentLogger } from './logger.ts';

/** Creates the state directory, private to its user. @throws StartupError. */
export async function prepareStateDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartupError(
      `Cannot use the state directory ${path}: ${why}.`,
      'Choose one that can be written with --state-dir.',
    );
  }
}

/** Warns when others can write to the state directory: they could change what is served after a restart. A volume may have to be writable by a group. */
export async function warnOfOpenDirectory(path: string, log: AgentLogger): Promise<void> {
  const { mode, uid } = await stat(path);
  const own = process.getuid?.() ?? uid;
  const isForeign = uid !== own && uid !== 0;
  if ((mode & 0o002) === 0 && !isForeign) return;
  log.warn(
    { event: 'state-dir.open', path },
    `Other users can write to the state directory ${path}, and thereby change what is served after a restart. Make it private: chmod 700.`,
  );
}
