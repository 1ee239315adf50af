import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LineCounter, parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { CONTEXT_COLOURS } from './context-colours.ts';
import { THEMES } from './theme-names.ts';

const context = z.strictObject({
  platform: z.url(),
  workspace: z.string().min(1).optional(),
  cluster: z.string().optional(),
  /** Shown in red and read-only until switched over with a reason. */
  production: z.boolean().default(false),
  readOnly: z.boolean().optional(),
  /** Of its windows in the desktop app. */
  colour: z.enum(CONTEXT_COLOURS).optional(),
});
export type Context = z.output<typeof context>;

const view = z.strictObject({
  sort: z.string().optional(),
  columns: z.array(z.string()).optional(),
  wide: z.boolean().optional(),
});

const bookmark = z.strictObject({ title: z.string(), locator: z.string() });

export const configSchema = z.strictObject({
  current: z.string().optional(),
  contexts: z.record(z.string(), context).default({}),
  theme: z.enum([...THEMES, 'auto']).default('auto'),
  ascii: z.boolean().default(false),
  mouse: z.boolean().default(true),
  reducedMotion: z.boolean().default(false),
  screenReader: z.boolean().default(false),
  /** `plain` drops the letter motions of vim. */
  keySet: z.enum(['vim', 'plain']).default('vim'),
  /** Command id → its keys, instead of the default ones. */
  keys: z.record(z.string(), z.array(z.string())).default({}),
  views: z.record(z.string(), view).default({}),
  bookmarks: z.array(bookmark).default([]),
});
export type Config = z.output<typeof configSchema>;

export interface LoadedConfig {
  readonly path: string;
  readonly config: Config;
  /** What is wrong with the file; the defaults are in use then, and the file is never overwritten. */
  readonly problem: string | null;
}

/** Reads the configuration; a bad one is reported and replaced by the defaults, never refused. */
export async function loadConfig(path: string): Promise<LoadedConfig> {
  const defaults = configSchema.parse({});
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    return error;
  });
  if (typeof text !== 'string')
    return { path, config: defaults, problem: `${path} cannot be read: ${text.message}` };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error) {
    return {
      path,
      config: defaults,
      problem: `${path}:${lines.linePos(error.pos[0]).line} is not YAML: ${error.message.split('\n')[0] ?? ''}`,
    };
  }
  const parsed = configSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return { path, config: parsed.data, problem: null };
  const [issue] = parsed.error.issues;
  const node = document.getIn(issue?.path ?? [], true);
  const offset =
    typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
      ? Number(node.range[0])
      : 0;
  const where = `${path}:${lines.linePos(offset).line}`;
  return {
    path,
    config: defaults,
    problem: `${where} ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}; defaults are in use`,
  };
}

/** Changes the configuration file; refuses while the file has a mistake, which must not be lost. */
export async function changeConfig(
  loaded: LoadedConfig,
  change: (config: Config) => Config,
): Promise<LoadedConfig> {
  const latest = await loadConfig(loaded.path);
  if (latest.problem !== null) return latest;
  const config = change(latest.config);
  await mkdir(dirname(loaded.path), { recursive: true, mode: 0o700 });
  const fresh = `${loaded.path}.${process.pid}`;
  await writeFile(fresh, stringify(withoutDefaults(config)), { mode: 0o600 });
  await rename(fresh, loaded.path);
  return { path: loaded.path, config, problem: null };
}

/** The file names only what is chosen, so that a later version's better defaults reach everyone else. */
function withoutDefaults(config: Config): Partial<Config> {
  const defaults = configSchema.parse({});
  return Object.fromEntries(
    Object.entries(config).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults[name as keyof Config]),
    ),
  );
}
