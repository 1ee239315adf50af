import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { updateUser } from '@portolan/contract/users';
import { keys } from '@portolan/console/kinds/keys';
import { Picker } from '../overlays/picker.ts';
import { airline } from '../testing/fixture-data.ts';
import { startFixturePlatform, type FixturePlatform } from '../testing/fixture-platform.ts';
import { openDriver, type Driver } from '../testing/screen-driver.ts';
import { paletteItems } from './palette.ts';

let platform: FixturePlatform;
let ui: Driver;

beforeEach(async () => {
  platform = await startFixturePlatform(airline());
  ui = await openDriver(platform, { columns: 100, rows: 30 });
});
afterEach(async () => {
  await ui.close();
  await platform.close();
});

function find(query: string): readonly string[] {
  const picker = new Picker({ title: '', items: (text) => paletteItems(ui.app, text) });
  return picker.find(query).map(({ label, note = '' }) => `${label} (${note})`);
}

describe('the palette finds from anywhere', () => {
  test.each([
    ['theme', 'Theme (setting'],
    ['help', 'Keyboard shortcuts (everywhere)'],
    ['new user', 'New user (in Users)'],
    ['invite', 'invitation'],
    ['logout', 'Quit (everywhere)'],
    ['context', 'Switch context or workspace (everywhere)'],
    ['workspace', 'Switch context or workspace (everywhere)'],
    ['rotate', 'Rotate'],
    ['settings', 'settings'],
    ['rename', 'Rename'],
  ])('%s: %s', (query, wanted) => {
    const best = find(query).slice(0, 4).join('\n').toLowerCase();
    expect(best).toContain(wanted.toLowerCase());
  });

  test('nothing but noise is nothing', () => expect(find('zzqx')).toEqual([]));

  test('and runs a command of another view there', async () => {
    await ui.press(':');
    await ui.type('new user');
    await ui.press('enter');
    await ui.see('E-mail');
    expect(ui.app.navigation.view).toMatchObject({ type: 'list', kind: { name: 'users' } });
  });
});

test('users are added to the group under the cursor, and only those can be named that are not in it', async () => {
  const bodies: unknown[] = [];
  platform.answer(updateUser, ({ user }, body) => {
    bodies.push({ user, body });
    return platform.state.users.find((one) => one.id === user);
  });
  await ui.press('g', 'r');
  await ui.see('passengers');
  await ui.press('M');
  await ui.see('Add users to the group: crew');
  await ui.type('user00000@example.com');
  await ui.press('ctrl-s');
  await ui.see('No such user here');
  await ui.press('ctrl-u');
  await ui.type('user00001@example.com');
  await ui.press('ctrl-s');
  await ui.until('the user is changed', () => bodies.length === 1);
  expect(bodies).toMatchObject([{ user: 'usr_1', body: { groups: ['passengers', 'crew'] } }]);
});

test('contexts are read when they are chosen from, and workspaces are offered beside them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-contexts-'));
  const path = join(folder, 'config.yaml');
  platform.state.account = {
    ...platform.state.account,
    workspaces: [
      ...platform.state.account.workspaces,
      { workspace: 'harbour', name: 'Harbour', role: 'viewer' },
    ],
  };
  await writeFile(path, 'contexts:\n  elsewhere:\n    platform: https://elsewhere.example\n');
  const { loadConfig } = await import('@portolan/contexts/config');
  const loaded = await loadConfig(path);
  await ui.close();
  ui = await openDriver(platform, {
    columns: 100,
    rows: 30,
    loaded: { ...loaded, config: { ...loaded.config, contexts: {} } },
  });
  await ui.press('@');
  await ui.see('elsewhere');
  expect(ui.screen()).toContain('https://elsewhere.example');
  expect(ui.line('harbour')).toContain('workspace  Harbour, viewer');
  await rm(folder, { recursive: true, force: true });
});

test('a key past its expiry is expired at once, whatever was read last', () => {
  const key = { state: 'active', expiresAt: '2020-01-01T00:00:00Z' } as never;
  expect(keys.columns.find(({ id }) => id === 'state')?.value(key)).toBe('expired');
});
