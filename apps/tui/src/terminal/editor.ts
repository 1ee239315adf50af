import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from './environment.ts';
import { Failure } from '@portolan/console/failure';

/** Splits a command as a shell would, quotes included, without being one. */
export function splitCommand(text: string): readonly string[] {
  return Array.from(
    text.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|((?:[^\s"'\\]|\\.)+)/g),
    ([, double, single, bare]) => (double ?? bare)?.replace(/\\(.)/g, '$1') ?? single ?? '',
  );
}

/** Lets the user change a text in $VISUAL or $EDITOR; null when nothing was changed. */
export async function editText(
  text: string,
  options: { env: Environment; name: string },
): Promise<string | null> {
  const { env } = options;
  const [command, ...args] = splitCommand(
    env['VISUAL'] || env['EDITOR'] || (process.platform === 'win32' ? 'notepad' : 'vi'),
  );
  if (command === undefined) throw new Failure('No editor is set.', 'Set $EDITOR.');
  const folder = await mkdtemp(join(tmpdir(), 'portolan-'));
  try {
    // The name is an object's, which may be anything: only a plain file name stays in the folder.
    const file = join(
      folder,
      options.name
        .replace(/[^\w.-]+/g, '_')
        .replace(/^\.+/, '_')
        .slice(-100),
    );
    await writeFile(file, text, { mode: 0o600 });
    const { error, status } = spawnSync(command, [...args, file], { stdio: 'inherit' });
    if (error)
      throw new Failure(
        `The editor ${command} could not be started (${error.message}).`,
        'Set $EDITOR to one that can.',
      );
    if (status !== 0)
      throw new Failure(`The editor ${command} ended with ${status ?? 'a signal'}.`, 'Nothing was changed.');
    const edited = await readFile(file, 'utf8');
    return edited === text ? null : edited;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
