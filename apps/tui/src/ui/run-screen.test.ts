import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { airline } from '../testing/fixture-data.ts';
import { startFixturePlatform, type FixturePlatform } from '../testing/fixture-platform.ts';
import { openTerminal, type PseudoTerminal } from '../testing/pseudo-terminal.ts';

let platform: FixturePlatform;
let folder: string;
let ui: PseudoTerminal;

beforeEach(async () => {
  platform = await startFixturePlatform(airline());
  folder = await mkdtemp(join(tmpdir(), 'portolan-terminal-'));
  ui = openTerminal(['ui', 'users', '--platform', platform.url], {
    env: { PORTOLAN_TOKEN: 'token', XDG_CONFIG_HOME: folder, XDG_STATE_HOME: folder },
  });
});
afterEach(async () => {
  ui.close();
  await platform.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a terminal is when nothing has it: a shell could be typed into. */
function isGivenBack({ terminal }: PseudoTerminal): boolean {
  const { bracketedPasteMode, mouseTrackingMode, showCursor } = terminal.modes as typeof terminal.modes & {
    readonly showCursor?: boolean;
  };
  return (
    terminal.buffer.active.type === 'normal' &&
    mouseTrackingMode === 'none' &&
    !bracketedPasteMode &&
    showCursor !== false
  );
}

describe.skipIf(process.platform !== 'linux')('the program in a terminal', () => {
  test('takes the terminal, paints, and gives it back when it is left', async () => {
    await ui.see('Grace Hopper');
    expect(ui.terminal.buffer.active.type).toBe('alternate');
    expect(ui.terminal.modes.mouseTrackingMode).toBe('vt200');
    ui.type('q');
    ui.type('q');
    expect(await ui.ended).toBe(0);
    expect(isGivenBack(ui)).toBe(true);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('gives it back on %s', async (signal, code) => {
    await ui.see('Grace Hopper');
    await ui.kill(signal);
    expect(await ui.ended).toBe(code);
    expect(isGivenBack(ui)).toBe(true);
    expect((await readdir(folder)).filter((name) => name.startsWith('crash'))).toEqual([]);
  });
});
