import { join } from 'node:path';
import { app } from 'electron';
import { redactText } from '@portolan/process/redaction';
import type { Settings } from '../settings.ts';
import { latestReports } from './crash-reports.ts';

const REPORTS = 3;

/** Returns the folder of the crash reports below that of the app's state. */
export function crashFolder(userData: string): string {
  return join(userData, 'crashes');
}

/** Returns what helps with a report of a problem: versions, settings and the latest crashes, without credentials. */
export async function describeApp(userData: string, settings: Settings): Promise<string> {
  const { electron, chrome, node } = process.versions;
  const reports = await latestReports(crashFolder(userData), REPORTS);
  return redactText(
    [
      `Portolan ${app.getVersion()}`,
      `Electron ${electron}, Chromium ${chrome}, Node ${node}, ${process.platform} ${process.arch}`,
      `Settings: ${JSON.stringify(settings)}`,
      ...(reports.length === 0 ? ['No crash reports.'] : reports.map((text) => `\n${text}`)),
    ].join('\n'),
  );
}
