import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { app } from 'electron';
import { reportCrash } from '@portolan/contexts/crash-report';

const KEPT_MAX = 20;

/**
 * Writes failures of the app to local files, without credentials. Nothing is uploaded, and no memory dumps are made: they would
 * hold tokens. A failure in the main process does not end it. Returns a function that stops it.
 */
export function writeCrashReports(folder: string): () => void {
  const write = async (error: unknown) => {
    await reportCrash(error, { program: 'the desktop app', stateDir: folder, secrets: [] });
    await prune(folder);
  };
  const report = (error: unknown) => void write(error);
  process.on('uncaughtException', report);
  process.on('unhandledRejection', report);
  app.on('render-process-gone', (_, contents, { reason, exitCode }) => {
    report(new Error(`page process gone: ${reason}, exit code ${exitCode}`));
    if (reason !== 'clean-exit' && !contents.isDestroyed()) contents.reload();
  });
  app.on('child-process-gone', (_, { type, reason, exitCode }) => {
    if (reason !== 'clean-exit') report(new Error(`${type} process gone: ${reason}, exit code ${exitCode}`));
  });
  return () => {
    process.off('uncaughtException', report);
    process.off('unhandledRejection', report);
  };
}

/** Returns the text of the latest reports, the newest first. */
export async function latestReports(folder: string, count: number): Promise<readonly string[]> {
  const names = await reportNames(folder);
  return Promise.all(names.slice(0, count).map((name) => readFile(join(folder, name), 'utf8')));
}

async function prune(folder: string): Promise<void> {
  const names = await reportNames(folder);
  const surplus = names.slice(KEPT_MAX);
  await Promise.allSettled(surplus.map((name) => rm(join(folder, name), { force: true })));
}

/** Their names hold the time, so that they sort by it. */
async function reportNames(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.startsWith('crash-'))
    .toSorted()
    .toReversed();
}
