import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { redactText } from '@portolan/process/redaction';
import { safeText } from '@portolan/console/safe-text';

/** Writes a crash report without credentials to the state directory; returns the message for the person. */
export async function reportCrash(
  error: unknown,
  {
    program,
    stateDir,
    secrets,
  }: {
    /** What failed, in words: `the terminal UI`. */
    readonly program: string;
    readonly stateDir: string;
    readonly secrets: readonly string[];
  },
): Promise<string> {
  const text = redactText(error instanceof Error ? (error.stack ?? error.message) : String(error), secrets);
  const summary = safeText(text.split('\n')[0] ?? '');
  const file = join(stateDir, `crash-${new Date().toISOString().replace(/[:.]/g, '-')}.log`);
  try {
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
    await writeFile(file, `portolan on Node ${process.version}, ${process.platform}\n${text}\n`, {
      mode: 0o600,
    });
    return `portolan: ${program} failed: ${summary}. Details are in ${file}; please report it.`;
  } catch {
    return `portolan: ${program} failed: ${text}`;
  }
}
