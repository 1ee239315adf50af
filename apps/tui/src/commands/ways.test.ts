import { afterEach, describe, expect, test } from 'vitest';
import { updateUser } from '@portolan/contract/users';
import { airline, users } from '../testing/fixture-data.ts';
import { startFixturePlatform, type FixturePlatform } from '../testing/fixture-platform.ts';
import { openDriver, type Driver } from '../testing/screen-driver.ts';

let platform: FixturePlatform;
let ui: Driver;

async function open(state = airline(), size: { columns?: number; rows?: number } = {}): Promise<void> {
  platform = await startFixturePlatform(state);
  ui = await openDriver(platform, size);
}

afterEach(async () => {
  await ui.close();
  await platform.close();
});

describe('the preview', () => {
  test('is read in without leaving the list, by tab, motions and digits', async () => {
    await open(airline(), { columns: 140 });
    await ui.press('g', 'u');
    await ui.see('user00000');
    await ui.press('tab');
    await ui.see('[1 Overview]');
    await ui.press('2');
    await ui.see('Granted APIs');
    await ui.press('esc', 'j');
    await ui.until('the cursor moved', () => ui.line('▸').includes('user00001'));
  });

  test('is below the list on a narrow terminal once asked for, and over all of it', async () => {
    await open(airline(), { columns: 80, rows: 24 });
    await ui.press('g', 'u');
    await ui.see('user00000');
    await ui.press('p');
    await ui.see('External ID');
    expect(ui.line('▸')).toContain('user00000');
    await ui.press('z');
    await ui.until('only the preview is there', () => !ui.screen().includes('E-MAIL'));
    await ui.press('esc');
    await ui.see('E-MAIL');
  });
});

test('the scope holds in every list and on the home screen', async () => {
  const state = airline();
  const [first] = state.apis;
  if (first) state.apis.push({ ...first, key: 'far', name: 'far', cluster: 'far-1', clusterId: 'cls_2' });
  const [cluster] = state.clusters;
  if (cluster) state.clusters.push({ ...cluster, id: 'cls_2', name: 'far-1' });
  await open(state);
  await ui.press('g', 'a');
  await ui.see('3 of 3');
  await ui.press('S');
  await ui.type('far-1');
  await ui.press('enter', 'esc');
  await ui.see('cluster far-1 · 1 of 3');
  expect(ui.screen()).not.toContain('tickets');
  await ui.press('g', 'h');
  await ui.see('Only cluster far-1');
});

test('after the first key of a sequence the keys that can follow are shown', async () => {
  await open();
  await ui.press('g');
  await ui.see('u Users');
  await ui.press('u');
  await ui.see('user00000@example.com');
});

describe('many at once', () => {
  test('each is done in turn, and what failed stays on screen with its reason', async () => {
    await open({ ...airline(), users: users(4) });
    platform.answer(updateUser, (params, body) => {
      if (params['user'] === 'usr_1') throw new Error('Someone else was faster.');
      const user = platform.state.users.find((one) => one.id === params['user']);
      return user && Object.assign(user, body);
    });
    await ui.press('g', 'u');
    await ui.see('user00003');
    await ui.press('space', 'space', 'space', 'Z');
    await ui.see('Disable 3 users');
    await ui.press('tab', 'enter');
    await ui.see('Disabled 2 users. 1 of 3 failed.');
    await ui.see('3 of 3, 1 failed');
    await ui.see('Someone else was faster.');
    await ui.press('enter');
    await ui.until('it is closed', () => !ui.screen().includes('Someone else was faster.'));
    expect(platform.state.users.map((user) => user.state)).toEqual([
      'disabled',
      'active',
      'disabled',
      'active',
    ]);
  });

  test('more than ten are not confirmed without their number', async () => {
    await open({ ...airline(), users: users(14).map((user) => ({ ...user, state: 'active' })) });
    await ui.press('g', 'u');
    await ui.see('14 of 14');
    await ui.press('space', 'G', 'v', 'Z');
    await ui.see('Type 14 and press enter');
    await ui.press('esc');
    expect(platform.requests.filter((one) => one.startsWith('PATCH'))).toEqual([]);
  });
});

test('what was done is undone and done again', async () => {
  await open();
  const states: unknown[] = [];
  platform.answer(updateUser, (params, body) => {
    const user = platform.state.users.find((one) => one.id === params['user']);
    states.push((body as { state: unknown }).state);
    return user && Object.assign(user, body);
  });
  await ui.press('g', 'u');
  await ui.see('user00000');
  await ui.press('Z', 'tab', 'enter');
  await ui.see('Disabled user user00000@example.com.');
  await ui.press('u', 'tab', 'enter');
  await ui.see('Enabled user user00000@example.com.');
  await ui.press('U', 'tab', 'enter');
  await ui.until('it was done again', () => states.length === 3);
  expect(states).toEqual(['disabled', 'active', 'disabled']);
});

test('the timeline puts what is known of an object in one order', async () => {
  await open();
  await ui.press('g', 'a');
  await ui.see('tickets');
  await ui.press('j', 'T');
  await ui.see('Timeline of API tickets');
  await ui.see('apply revision 7 of local');
  await ui.see("must start with a '/'");
});

test('what fails in an overlay is said, and the screen goes on', async () => {
  await open({ ...airline(), clusters: [] });
  await ui.press('g', 'a');
  await ui.see('flights');
  await ui.press('n');
  await ui.type('an HTTP API');
  await ui.press('enter');
  await ui.see('There is no cluster yet.');
  await ui.press('g', 'u');
  await ui.see('user00000@example.com');
});
