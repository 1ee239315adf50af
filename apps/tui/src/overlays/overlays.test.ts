import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deleteKey, type ApiKey } from '@portolan/contract/keys';
import { airline } from '../testing/fixture-data.ts';
import { startFixturePlatform, type FixturePlatform } from '../testing/fixture-platform.ts';
import { openDriver, type Driver } from '../testing/screen-driver.ts';
import { lineOf, lineWindow } from '../state/line-edit.ts';
import { Form, type Values } from './form.ts';

let platform: FixturePlatform;
let ui: Driver;

beforeEach(async () => {
  platform = await startFixturePlatform(airline());
  ui = await openDriver(platform, { columns: 80, rows: 24 });
});
afterEach(async () => {
  await ui.close();
  await platform.close();
});

const LONG = `https://sso.example.org/${'realms/'.repeat(20)}certs`;

describe('a form', () => {
  let saved: Values | null = null;
  beforeEach(() => {
    saved = null;
    ui.app.openOverlay(
      new Form({
        title: 'Things',
        action: 'save',
        fields: [
          { name: 'user', label: 'Caller', choices: ['ada@example.com', 'alan@example.com'], isKnown: true },
          { name: 'url', label: 'JWKS URL', value: LONG },
          {
            name: 'role',
            label: 'Role',
            value: 'editor',
            choices: ['admin', 'editor', 'viewer'],
            isSelect: true,
          },
        ],
        submit: (values) => {
          saved = values;
          return Promise.resolve();
        },
      }),
    );
  });

  test('shows what is typed at the end of a text longer than its field', async () => {
    await ui.press('down');
    await ui.type('/typed');
    expect(ui.line('JWKS URL')).toMatch(/….*certs\/typed$/);
    await ui.press('home');
    expect(ui.line('JWKS URL')).toContain('https://sso.example.org/');
  });

  test('saves the one choice that what is typed can mean, and shows before that it is not typed', async () => {
    await ui.type('ad');
    expect(ui.line('Caller')).toContain('ad[a@example.com]');
    await ui.press('ctrl-s');
    expect(saved).toMatchObject({ user: 'ada@example.com' });
  });

  test('saves a beginning of several as it is', async () => {
    await ui.type('a');
    await ui.press('ctrl-s');
    expect(saved).toMatchObject({ user: 'a' });
  });

  test('selects one of a fixed set by arrows, space and letters, and takes no other text', async () => {
    await ui.press('up');
    expect(ui.line('Role')).toContain('(editor)');
    await ui.press('right');
    expect(ui.line('Role')).toContain('(viewer)');
    await ui.press('right', 'space');
    expect(ui.line('Role')).toContain('(editor)');
    await ui.press('a');
    await ui.see('(admin)');
    await ui.press('x', 'ctrl-s');
    expect(saved).toMatchObject({ role: 'admin' });
  });

  test('the key that goes on editing instead of leaving is not typed', async () => {
    await ui.type('x');
    await ui.press('esc', 'z');
    expect(ui.line('Caller')).not.toContain('z');
  });
});

test('the cursor is in sight wherever it is in a line', () => {
  const line = lineOf('航'.repeat(30) + 'abc'.repeat(20));
  for (let cursor = 0; cursor <= line.text.length; cursor += 1) {
    const { text, x } = lineWindow({ text: line.text, cursor }, 20);
    expect(x).toBeLessThan(20);
    expect(text.length).toBeLessThanOrEqual(20);
  }
});

const key: ApiKey = {
  id: 'key_1',
  name: 'laptop',
  prefix: 'ptk_abc',
  userId: 'usr_0',
  userEmail: 'user00000@example.com',
  state: 'active',
  createdAt: '2026-11-20T12:00:00Z',
  expiresAt: null,
  lastUsedAt: null,
};

test('text pasted without brackets deletes nothing, in however many reads it comes', async () => {
  let deleted = 0;
  platform.state.keys = [key];
  platform.emit('keys');
  platform.answer(deleteKey, () => (deleted += 1));
  await ui.press('g', 'k');
  await ui.see('laptop');
  await ui.rush('D');
  await ui.see('Type y and press enter');
  await ui.rush('y\r');
  await ui.settle();
  expect(deleted).toBe(0);
  expect(ui.screen()).toContain('That was too soon: press enter again.');
});

test('left never leads from Cancel to what is confirmed', async () => {
  let isDone = false;
  const { Confirm } = await import('./confirm.ts');
  const plan = {
    title: 'Undo it?',
    lines: [],
    action: 'Undo',
    object: 'x',
    run: () => {
      isDone = true;
      return Promise.resolve('Done.');
    },
  };
  ui.app.openOverlay(new Confirm(plan, { danger: 1, title: 'Undo' }, ui.app.now()));
  await ui.press('h', 'left', 'enter');
  expect(isDone).toBe(false);
});

test('the keys of a notice stay in sight below what the status line says', async () => {
  const { Notice } = await import('./notice.ts');
  ui.app.openOverlay(new Notice('Key', [], { secret: 'ptk_secret', now: ui.app.now }));
  ui.app.say('Created key laptop.');
  await ui.see('Created key laptop.');
  expect(ui.screen()).toContain('y copy  enter close');
});
