import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { signIn } from '@portolan/contract/sessions';
import { Confirm } from '../overlays/confirm.ts';
import { dispatchKey } from '../ui/dispatch.ts';
import type { App } from '../state/app.ts';
import { airline, users } from '../testing/fixture-data.ts';
import { startFixturePlatform, type FixturePlatform } from '../testing/fixture-platform.ts';
import { openApp } from '../testing/screen-driver.ts';
import { drawFrame } from '../ui/frame.ts';

/** Keys that lead somewhere, more often than they would by chance. */
const key = fc.oneof(
  fc.constantFrom(
    'j',
    'k',
    'G',
    'space',
    'v',
    'V',
    'enter',
    'esc',
    'tab',
    'down',
    'up',
    'ctrl-s',
    'r',
    'F',
    '[',
  ),
  fc.constantFrom(
    'g',
    'a',
    'u',
    'r',
    'k',
    'c',
    't',
    'p',
    'o',
    'n',
    'i',
    'e',
    'D',
    'K',
    'A',
    'N',
    'X',
    'y',
    's',
  ),
  fc.constantFrom(
    'Z',
    'f',
    'M',
    '/',
    ':',
    '?',
    '!',
    '@',
    'S',
    'd',
    'u',
    '.',
    'q',
    'w',
    'C',
    'B',
    'b',
    'L',
    'T',
  ),
  fc.constantFrom('1', '2', '9', 'alt-1', '-', ']', 't', 'P', 'z', 'ctrl-g', 'ctrl-d', 'x', 'E', '0'),
);
const sequences = fc.array(key, { maxLength: 40 });
const RUNS = { numRuns: 60 };

async function withApp(
  options: { isWritable: boolean },
  check: (app: App, platform: FixturePlatform) => Promise<void>,
): Promise<void> {
  const platform = await startFixturePlatform({ ...airline(), users: users(12) });
  const app = openApp(platform, { gate: { isWritable: options.isWritable } });
  try {
    drawFrame(app);
    await app.busy.idle();
    await check(app, platform);
  } finally {
    app.close();
    await platform.close();
  }
}

/** Presses a key and waits for what it began, unless that is itself waiting for more keys. */
async function press(app: App, name: string): Promise<void> {
  await dispatchKey(app, name);
  drawFrame(app);
  await app.busy.idle();
}

/** Signing in changes nothing in the workspace, and an explanation is a question too long for an address. */
const isChange = (request: string): boolean =>
  !request.startsWith('GET ') && request !== `POST ${signIn.path}` && !request.endsWith('/explain');

test('in read-only mode no request but a question leaves, whatever is pressed', async () => {
  await fc.assert(
    fc.asyncProperty(sequences, (keys) =>
      withApp({ isWritable: false }, async (app, platform) => {
        // `!` is how one leaves read-only mode, on purpose.
        for (const name of keys.filter((one) => one !== '!')) await press(app, name);
        expect(platform.requests.filter(isChange)).toEqual([]);
      }),
    ),
    RUNS,
  );
}, 120_000);

test('whatever is pressed, the cursor is on an object that exists, or there is none', async () => {
  await fc.assert(
    fc.asyncProperty(sequences, (keys) =>
      withApp({ isWritable: true }, async (app) => {
        for (const name of keys) {
          await press(app, name);
          const { view } = app.navigation;
          if (view.type !== 'list') continue;
          const { rows, at } = app.navigation.rows(view);
          expect(rows.length === 0 || rows[at] !== undefined).toBe(true);
          const ids = new Set(app.lists.of(view.kind).rows.map((row) => view.kind.id(row)));
          for (const target of app.navigation.targets(view.kind)) expect(ids).toContain(view.kind.id(target));
        }
      }),
    ),
    RUNS,
  );
}, 120_000);

test('nothing is deleted that no confirmed dialog named', async () => {
  await fc.assert(
    fc.asyncProperty(sequences, (keys) =>
      withApp({ isWritable: true }, async (app, platform) => {
        for (const name of keys) {
          const wasAsked = app.overlay instanceof Confirm;
          const before = platform.requests.length;
          await press(app, name);
          const sent = platform.requests.slice(before).filter((one) => one.startsWith('DELETE '));
          expect(sent.length === 0 || wasAsked).toBe(true);
        }
      }),
    ),
    RUNS,
  );
}, 120_000);
