import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  planProvider,
  previewClaims,
  testProvider,
  useProvider,
  listProviders,
} from '@portolan/contract/providers';
import { getSettings, updateSettings, type WorkspaceSettings } from '@portolan/contract/settings';
import { airline } from '../../testing/fixture-data.ts';
import { startFixturePlatform, type FixturePlatform } from '../../testing/fixture-platform.ts';
import { openDriver, type Driver } from '../../testing/screen-driver.ts';

let platform: FixturePlatform;
let ui: Driver;
let held: WorkspaceSettings;
const asked: unknown[] = [];

beforeEach(async () => {
  asked.length = 0;
  held = {
    name: 'Airline',
    apiAuth: { kind: 'apiKey', source: { header: 'Authorization', headerAuthScheme: 'Bearer' } },
    keys: { total: 3, working: 2 },
  };
  platform = await startFixturePlatform(airline());
  platform.answer(getSettings, () => held);
  platform.answer(updateSettings, (_, body) => {
    asked.push(body);
    const { dryRun, ...change } = body as { dryRun: boolean };
    if (!dryRun) held = { ...held, ...change };
    return { ...held, warnings: dryRun ? ['2 keys in use today stop working.'] : [] };
  });
  ui = await openDriver(platform, { columns: 100, rows: 34 });
});

afterEach(async () => {
  await ui.close();
  await platform.close();
});

test('settings are changed where they stand', async () => {
  await ui.press('g', 's');
  await ui.see('API keys (header Authorization: Bearer');
  await ui.press('j');
  await ui.until('the cursor is on the keys', () => ui.line('▸').includes('vim'));
  await ui.press('enter');
  await ui.see('plain, 0 rebound');
  await ui.press('esc');
  await ui.see('Traffic, last 30 minutes');
});

test('how callers prove who they are is changed only with what that means in sight, and undone', async () => {
  await ui.press('g', 's');
  await ui.see('3 keys, 2 accepted');
  for (let step = 0; step < 7; step += 1) await ui.press('j');
  await ui.until('the cursor is on it', () => ui.line('▸').includes('Authentication'));
  await ui.press('enter', 'tab', 'ctrl-u');
  await ui.type('X-Key');
  await ui.press('tab', 'ctrl-u', 'ctrl-s');
  await ui.see('2 keys in use today stop working.');
  await ui.see('Then: API keys (header X-Key)');
  expect(asked).toMatchObject([{ dryRun: true }]);
  await ui.type('Airline');
  await ui.press('esc');
  expect(asked).toHaveLength(1);
});

const provider = (id: string, active: boolean) => ({
  id,
  kind: active ? 'internal' : 'oidc',
  active,
  settings: active ? {} : { issuer: 'https://id.example.com', clientId: 'portolan' },
  users: 4,
  groups: 1,
  deletedAt: active ? null : '2026-12-01T00:00:00Z',
  sync: { state: 'never', startedAt: null, finishedAt: null, message: null },
});

test('a provider that was left is gone back to after its test and with whom that reaches', async () => {
  const used: unknown[] = [];
  platform.answer(listProviders, () => ({
    items: [provider('internal', true), provider('oidc:id.example.com', false)],
  }));
  platform.answer(testProvider, () => ({
    ok: true,
    steps: [{ step: 'resolve', state: 'passed', message: 'id.example.com is there' }],
  }));
  platform.answer(planProvider, () => ({
    from: 'internal',
    to: 'oidc:id.example.com',
    disabledUsers: 2,
    disabledKeys: 3,
    restoredUsers: 4,
    restoredKeys: 5,
    examples: ['ada@example.com'],
  }));
  platform.answer(useProvider, (_, body) => {
    used.push(body);
    return provider('oidc:id.example.com', true);
  });
  await ui.press('g', 'i');
  await ui.see('id.example.com');
  await ui.press('j', 'Z');
  await ui.see('2 users and 3 API keys lose access');
  await ui.see('Losing access, among others: ada@example.com');
  await ui.press('enter');
  expect(used).toEqual([]);
  await ui.press('esc');
});

test('a real token shows whom it stands for, and is not kept', async () => {
  platform.answer(listProviders, () => ({ items: [provider('oidc:id.example.com', false)] }));
  platform.answer(previewClaims, (_, body) => {
    asked.push(body);
    return {
      claims: { sub: '1', groups: ['crew'] },
      user: {
        userId: '1',
        email: null,
        firstName: null,
        lastName: null,
        company: null,
        groups: ['crew'],
      },
      missing: ['email'],
    };
  });
  await ui.press('g', 'i');
  await ui.see('id.example.com');
  await ui.press('c');
  await ui.type('eyJ-secret');
  expect(ui.screen()).not.toContain('eyJ-secret');
  await ui.press('ctrl-s');
  await ui.see('does not have these claims: email');
  await ui.see('crew');
  expect(asked).toMatchObject([{ token: 'eyJ-secret' }]);
});
