import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from './bundle.js';
import { LOADED_CHANNEL } from './plugins.js';
import { PROGRAMS, ROOT } from './programs.js';

const run = promisify(execFile);
/** Commands, with what they load of the packages that are loaded late. Hono takes its requests from Node's own fetch. */
const COMMANDS = [
  ['agent', ['--help'], ''],
  ['platform', ['platform', '--help'], 'loaded fetch'],
  ['platform', ['broker', '--help'], ''],
] as const;

let folders: Record<string, string>;
let preload: string;
beforeAll(async () => {
  // Below the root, where native packages are found.
  folders = {
    agent: mkdtempSync(join(ROOT, PROGRAMS.agent.folder, 'dist-')),
    platform: mkdtempSync(join(ROOT, PROGRAMS.platform.folder, 'dist-')),
  };
  await Promise.all([bundle('agent', folders['agent']), bundle('platform', folders['platform'])]);
  preload = join(folders['agent'] ?? '', 'preload.cjs');
  writeFileSync(
    preload,
    `require('node:diagnostics_channel').subscribe('${LOADED_CHANNEL}', (name) => console.error('loaded ' + name));
     process.on('exit', () => console.error(process.moduleLoadList.some((name) => name.includes('deps/undici')) ? 'loaded fetch' : ''));`,
  );
});
afterAll(() => Object.values(folders).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

test.each(COMMANDS)(
  '%s %s: the program is imported without a package that it may not need',
  async (name, args, loaded) => {
    const program = join(folders[name] ?? '', `portolan-${name}.mjs`);
    const { stdout, stderr } = await run(process.execPath, ['--require', preload, program, ...args]);
    expect(stdout).toContain('--');
    expect(stderr.trim()).toBe(loaded);
  },
);
