import { afterEach, describe, expect, test } from 'vitest';
import { listUsers } from '@portolan/contract/users';
import { airline, users, type FixtureState } from '../testing/fixture-data.ts';
import { startFixturePlatform, type FixturePlatform } from '../testing/fixture-platform.ts';
import { openApp, openDriver, type Driver } from '../testing/screen-driver.ts';
import { stepsLeft } from './next-steps.ts';

let platform: FixturePlatform;
let ui: Driver;

async function open(
  state: FixtureState = airline(),
  options: Parameters<typeof openDriver>[1] = {},
): Promise<void> {
  platform = await startFixturePlatform(state);
  ui = await openDriver(platform, options);
}

afterEach(async () => {
  await ui.close();
  await platform.close();
});

describe('the home screen', () => {
  test('sums up every kind and opens the list behind a card', async () => {
    await open(airline(), { columns: 80, rows: 24 });
    await ui.see('✗ 1 error');
    expect(ui.screen()).toMatchInlineSnapshot(`
      " portolan  test · admin@example.com@airline · rw            Pulse  12:00 ● live

         Traffic, last 30 minutes
         No requests yet: call an API at an edge address (g b lists them).

      ▸  APIs             2   ✗ 1 refused   ● 1 synced
         Clusters         1   ● 1 connected
         Tunnels          3   ● 3 live
         Brokers          3   ● 3 live
         Problems         1   ✗ 1 error
         Alerts           0   none has fired
         Users            3   ● 3 active
         Groups           2
         API keys         0   none yet
         Logs             1

         What to do next
         n  create an API key for a user  (g u, K)





       enter open  n next step  X explain  : go  ? help  a actions"
    `);
    await ui.press('enter');
    await ui.see('flights');
    expect(ui.screen()).toMatchInlineSnapshot(`
      " portolan  test · admin@example.com@airline · rw             APIs  12:00 ● live
         / to filter                                             2 of 2 · sort name ↑
         NAME↑         PATH      VERSION  ACCESS      SYNC      RPS  5xx/s    P99
      ▸  flights       /flights  –        crew        synced   12.5      0  122ms
         tickets       /tickets  –        passengers  refused  12.5      0  122ms


















       A grant  n new  enter open  / filter  p preview  : go  ? help  a actions"
    `);
  });

  test('leads an empty workspace to the first user', async () => {
    await open({ ...airline(), users: [], keys: [] });
    await ui.see('create a user and put them in a group  (g u, n)');
  });
});

describe('a list', () => {
  test('shows a change on the platform without a key press', async () => {
    await open();
    await ui.press('g', 'u');
    await ui.see('user00000@example.com');
    platform.state.users.push({ ...users(1)[0]!, id: 'usr_late', email: 'late@example.com' });
    platform.emit('users', ['usr_late']);
    await ui.see('late@example.com');
  });

  test('filters as one types, says how many of how many, and esc clears', async () => {
    await open({ ...airline(), users: users(300) });
    await ui.press('g', 'u');
    await ui.see('300 of 300');
    await ui.press('/');
    await ui.type('state=disabled');
    await ui.see('42 of 300');
    await ui.press('esc');
    await ui.see('300 of 300');
  });

  test('points out a field that does not exist', async () => {
    await open();
    await ui.press('g', 'u', '/');
    await ui.type('colour=red');
    await ui.see('no field "colour"');
  });

  test('says which kind of emptiness it is', async () => {
    await open();
    await ui.press('g', 'k');
    await ui.see('No API keys yet');
    await ui.press('g', 'u', '/');
    await ui.type('nobody');
    await ui.see('No users match (0 of 3).');
  });

  test('takes a burst of keys in one chunk', async () => {
    await open({ ...airline(), users: users(50) });
    await ui.press('g', 'u');
    await ui.see('50 of 50');
    await ui.press('jjjj');
    await ui.until('the cursor is on the fifth', () => ui.line('▸').includes('user00004'));
  });

  test('reads a long list page by page and still filters all of it', async () => {
    await open({ ...airline(), users: users(1_200) });
    await ui.press('g', 'u');
    await ui.see('1200 of 1200');
    await ui.press('G');
    await ui.until('the cursor is on the last', () => ui.line('▸').includes('user01199'));
  });

  test('keeps the cursor on its object when rows come in before it', async () => {
    await open({ ...airline(), users: users(20) });
    await ui.press('g', 'u', 'j', 'j');
    await ui.until('the cursor is on the third', () => ui.line('▸').includes('user00002'));
    platform.state.users.push({ ...users(1)[0]!, id: 'usr_first', email: 'aaa@example.com' });
    platform.emit('users', []);
    await ui.see('aaa@example.com');
    expect(ui.line('▸')).toContain('user00002');
  });

  test('shows names that carry escape sequences as harmless text', async () => {
    const evil = {
      ...users(1)[0]!,
      firstName: 'Eve\u001b]52;c;ZXZpbA==\u0007\u001b[31m',
      lastName: '\u202Eevol',
    };
    await open({ ...airline(), users: [evil] });
    await ui.press('g', 'u');
    await ui.see('Eve evol');
  });
});

describe('changing things', () => {
  test('creates a user in a form and keeps what was typed when the platform refuses', async () => {
    await open();
    await ui.press('g', 'u', 'n');
    await ui.type('new@example.com');
    await ui.press('tab');
    await ui.type('Nora');
    await ui.press('ctrl-s');
    await ui.see('Created user new@example.com');
    platform.fail(listUsers, { code: 'internal', message: 'The platform stumbled.' }, 500);
    expect(platform.state.users.at(-1)).toMatchObject({ email: 'new@example.com', firstName: 'Nora' });
  });

  test('gives a key and shows it once', async () => {
    await open();
    await ui.press('g', 'u', 'K');
    await ui.type('checkin');
    await ui.press('ctrl-s');
    await ui.see('ptl_abcdefghijklmnop');
    await ui.press('enter');
    await ui.until('the key is gone from the screen', () => !ui.screen().includes('ptl_abcdefghijklmnop'));
  });

  test('deletes only what is confirmed by its name', async () => {
    await open();
    await ui.press('g', 'u');
    await ui.see('user00000@example.com');
    await ui.press('D');
    await ui.see('Delete user user00000@example.com');
    await ui.press('enter', 'esc');
    expect(platform.requests.filter((one) => one.startsWith('DELETE'))).toEqual([]);
  });

  test('in read-only mode a change is refused with the way out', async () => {
    await open(airline(), { production: true });
    expect(ui.screen()).toContain('PROD');
    await ui.press('g', 'u', 'n');
    await ui.see('read-only: press ! to switch to write mode');
    await ui.press('!');
    await ui.see('Reason');
  });

  test('a role without the right is told which one it lacks', async () => {
    const state = airline();
    state.account.workspaces = [{ workspace: 'airline', name: 'Airline', role: 'viewer' }];
    await open(state);
    await ui.press('g', 'u', 'n');
    await ui.see('your role viewer lacks users.write');
  });
});

describe('the screen', () => {
  test('follows the terminal size and says when it is too small', async () => {
    await open();
    await ui.resize(50, 12);
    await ui.see('Make the terminal at least 60 by 15');
    await ui.resize(80, 24);
    await ui.see('Pulse');
  });

  test('keeps stale data and says so when the platform is lost, and recovers', async () => {
    await open();
    await ui.press('g', 'u');
    await ui.see('user00000@example.com');
    platform.breakOff();
    await ui.see('stale');
    expect(ui.screen()).toContain('user00000@example.com');
    platform.mend();
    await ui.see('● live');
  });

  test('opens anything by name', async () => {
    await open();
    await ui.press('g', 'u');
    await ui.see('user00001@example.com');
    await ui.press(':');
    await ui.type('user00001');
    await ui.see('user');
    await ui.press('enter');
    await ui.see('Users › user00001@example.com');
    await ui.press('esc', 'esc', 'esc');
    await ui.see('Traffic, last 30 minutes');
  });

  test('help lists the keys and runs what is chosen', async () => {
    await open();
    await ui.press('?');
    await ui.type('go to tunnels');
    await ui.press('enter');
    await ui.see('eu-1');
  });

  test('q in the last tab leaves and gives the terminal back', async () => {
    await open();
    await ui.press('q');
    await ui.until('it has left', () => ui.hasLeft());
  });
});

test('suggests nothing before it is known what is there', async () => {
  await open(airline(), { columns: 80, rows: 24 });
  const unread = openApp(platform);
  expect(stepsLeft(unread)).toEqual([]);
  unread.close();
  await ui.see('create an API key for a user');
});

test('uses the width there is: columns of the list before a wide preview', async () => {
  await open(airline(), { columns: 200, rows: 40 });
  await ui.press('g', 'a');
  await ui.see('flights');
  expect(ui.screen()).toContain('NAMESPACE');
  expect(ui.screen()).toContain('AGE');
});

test('says on a small terminal how large it has to be, on as many lines as it takes', async () => {
  await open(airline(), { columns: 40, rows: 10 });
  expect(ui.screen().replace(/\s+/g, ' ')).toContain('at least 60 by 15; it is 40 by 10.');
});

test('reads the traffic as soon as it is known who is signed in', async () => {
  await open(airline());
  const app = openApp(platform);
  app.connection.opened(app.session);
  await expect.poll(() => app.traffic.points).not.toBeNull();
  app.close();
});
