import { afterEach, beforeEach, expect, test } from 'vitest';
import { airline, NOW } from '../testing/fixture-data.ts';
import { startFixturePlatform, type FixturePlatform } from '../testing/fixture-platform.ts';
import { openDriver, type Driver } from '../testing/screen-driver.ts';

let platform: FixturePlatform;
let ui: Driver;

beforeEach(async () => {
  const state = airline();
  const [first] = state.logs;
  const logs = Array.from({ length: 9 }, (_, at) => ({
    ...first!,
    id: `log_${at}`,
    time: new Date(NOW - at * 60_000).toISOString(),
    event: at === 4 ? 'upstream.failed' : 'request.served',
    message: at === 4 ? `refused ${'and refused again '.repeat(6)}until the end` : `entry ${at}`,
  }));
  platform = await startFixturePlatform({ ...state, logs });
  ui = await openDriver(platform, { columns: 100, rows: 30 });
  await ui.press('g', 'l');
  await ui.see('entry 0');
});

afterEach(async () => {
  await ui.close();
  await platform.close();
});

test('long messages go on below when asked', async () => {
  expect(ui.screen()).not.toContain('until the end');
  await ui.press('W');
  await ui.see('until the end');
});

test('entries around a found one come and go', async () => {
  await ui.press('/');
  await ui.type('refused');
  await ui.press('enter');
  await ui.see('1 of 9');
  await ui.press('A');
  await ui.see('entry 3');
  await ui.see('entry 5');
  expect(ui.screen()).not.toContain('entry 2');
  await ui.press('B');
  await ui.until('only the found one is there', () => !ui.screen().includes('entry 3'));
});

test('a filter becomes a mark, and the rest is there again', async () => {
  await ui.press('/');
  await ui.type('refused');
  await ui.press('enter');
  await ui.see('1 of 9');
  await ui.press('&');
  await ui.see('& marks refused');
  await ui.see('9 of 9');
  await ui.press('&');
  await ui.see('1 of 9');
});

test('cleared, only what comes from now on is there', async () => {
  await ui.press('c');
  await ui.see('0 of 9');
  await ui.press('esc');
  await ui.see('9 of 9');
});

test('the fields of entries are one key away', async () => {
  await ui.press('f');
  await ui.see('api=tickets');
});
