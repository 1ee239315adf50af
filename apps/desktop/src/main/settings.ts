import { z } from 'zod';
import { openJsonFile, type JsonFile } from './json-file.ts';

const settings = z.object({
  notifications: z.boolean().default(true),
  tray: z.boolean().default(true),
  /** Off until there is a release server: without one a request would only tell strangers who uses the app. */
  updates: z
    .object({
      enabled: z.boolean().default(false),
      channel: z.enum(['stable', 'beta']).default('stable'),
      /** Address of the release server. */
      server: z.url().nullable().default(null),
    })
    .prefault({}),
});
export type Settings = z.output<typeof settings>;
export type SettingsFile = JsonFile<Settings>;

/** Opens the settings of the app; what is missing or wrong has its default. */
export function openSettings(path: string): SettingsFile {
  return openJsonFile(path, settings, settings.parse({}));
}
