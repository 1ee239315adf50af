import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { airline } from '../testing/fixture-data.ts';
import { startFixturePlatform, type FixturePlatform } from '../testing/fixture-platform.ts';
import { commandLine, openShell, openTerminal, type PseudoTerminal } from '../testing/pseudo-terminal.ts';

let platform: FixturePlatform;
let folder: string;
let env: Record<string, string>;
let shell: PseudoTerminal;

beforeEach(async () => {
  platform = await startFixturePlatform(airline());
  folder = await mkdtemp(join(tmpdir(), 'portolan-job-'));
  env = { PORTOLAN_TOKEN: 'token', XDG_CONFIG_HOME: folder, XDG_STATE_HOME: folder };
});
afterEach(async () => {
  shell.close();
  await platform.close();
  await rm(folder, { recursive: true, force: true });
});

async function startUi({ isBelowParent }: { isBelowParent: boolean }): Promise<void> {
  shell = openShell({ env });
  await shell.see('shell> ');
  const command = commandLine(['ui', 'users', '--platform', platform.url]);
  // As npm does: a parent that waits and is no shell with job control.
  shell.type(isBelowParent ? `sh -c "${command}; true"\r` : `${command}\r`);
  await shell.see('Grace Hopper');
}

async function expectsShell(): Promise<void> {
  await shell.see('Stopped');
  shell.type('echo "$((40 + 2))nd"\r');
  await shell.see('42nd');
  expect(shell.terminal.buffer.active.type).toBe('normal');
  expect(shell.terminal.modes.mouseTrackingMode).toBe('none');
  await expect.poll(() => shell.terminal.modes.bracketedPasteMode).toBe(true);
}

async function expectsUi(): Promise<void> {
  shell.type('fg\r');
  await shell.see('Grace Hopper');
  expect(shell.terminal.buffer.active.type).toBe('alternate');
  await expect.poll(() => shell.terminal.modes.mouseTrackingMode).toBe('vt200');
  shell.type('gr');
  await shell.see('passengers');
}

describe.skipIf(process.platform !== 'linux')('a job of the shell', () => {
  test('ctrl-z gives the shell back below a parent that waits, and fg the screen', async () => {
    await startUi({ isBelowParent: true });
    shell.type('\u001a');
    await expectsShell();
    await expectsUi();
  });

  test('SIGTSTP from outside does as ctrl-z', async () => {
    await startUi({ isBelowParent: false });
    await shell.kill('SIGTSTP');
    await expectsShell();
    await expectsUi();
  });

  test('after SIGSTOP and SIGCONT from outside, fg brings the screen and its keys back', async () => {
    await startUi({ isBelowParent: true });
    await shell.kill('SIGSTOP');
    await shell.see('Stopped');
    await expectsUi();
  });

  test('ctrl-z without a shell changes nothing but the status line', async () => {
    shell = openTerminal(['ui', 'users', '--platform', platform.url], { env });
    await shell.see('Grace Hopper');
    shell.type('\u001a');
    await shell.see('no shell to suspend to');
    shell.type('gr');
    await shell.see('passengers');
  });

  test.each(['SIGSTOP', 'SIGTSTP', 'ctrl-z'] as const)(
    'a password is never echoed after a stop by %s',
    async (how) => {
      shell = openShell({ env });
      await shell.see('shell> ');
      const login = ['login', '--platform', platform.url, '--email', 'admin@example.com', '--password'];
      shell.type(`sh -c "${commandLine(login)}; true"\r`);
      await shell.see('Password');
      if (how === 'ctrl-z') shell.type('\u001a');
      else await shell.kill(how);
      await shell.see('Stopped');
      shell.type('clear; echo "$((40 + 2))nd"; fg\r');
      await shell.see('42nd');
      await shell.see('Password');
      shell.type('hush-hush\r');
      await shell.see('portolan:');
      expect(shell.screen()).not.toContain('hush');
    },
  );
});
