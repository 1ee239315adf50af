import { applyResources, getResource } from '@portolan/contract/resources';
import { updateUser } from '@portolan/contract/users';
import { afterEach, expect, test } from 'vitest';
import { airline } from '../testing/fixture-data.ts';
import { startFixturePlatform, type FixturePlatform } from '../testing/fixture-platform.ts';
import { openDriver, type Driver } from '../testing/screen-driver.ts';

let platform: FixturePlatform;
let ui: Driver;

afterEach(async () => {
  await ui.close();
  await platform.close();
});

test('a user whom someone else changed meanwhile is merged value by value', async () => {
  platform = await startFixturePlatform(airline());
  ui = await openDriver(platform, { columns: 80, rows: 24 });
  await ui.press('g', 'u');
  await ui.see('user00000@example.com');
  await ui.press('e', 'tab', 'ctrl-u');
  await ui.type('Augusta');
  await ui.press('tab', 'tab', 'ctrl-u');
  await ui.type('Mine Ltd');
  const base = platform.state.users[0]!;
  const current = { ...base, revision: 2, company: 'Theirs Ltd', lastName: 'King' };
  platform.fail(
    updateUser,
    { code: 'revision-mismatch', message: 'Changed meanwhile.', details: { current } },
    409,
  );
  await ui.press('ctrl-s');
  await ui.see('1 changed by both');
  expect(ui.screen().slice(ui.screen().indexOf('── '))).toMatchInlineSnapshot(`
    "── user00000@example.com was changed by someone else meanwhile ─────────────────
         FIELD      WAS                  MINE                 THEIRS
       m firstName  Ada                  Augusta              Ada
       t lastName   Lovelace             Lovelace             King
     ▸ ? company    Airline              Mine Ltd             Theirs Ltd

      1 changed by both: m keeps mine, t takes theirs.
     m keep mine  t take theirs  M T all of them  e edit  ctrl-s go on  esc leave"
  `);
  await ui.press('ctrl-s');
  await ui.see('1 changed by both');
  platform.mend();
  await ui.press('t', 'ctrl-s');
  await ui.see('Saved user user00000@example.com.');
  expect(platform.state.users[0]).toMatchObject({
    firstName: 'Augusta',
    lastName: 'King',
    company: 'Theirs Ltd',
    revision: 2,
  });
});

test('an object that changed while it was in the editor is merged before it is planned', async () => {
  const state = airline();
  platform = await startFixturePlatform({
    ...state,
    apis: state.apis.map((api) => ({ ...api, owner: { kind: 'platform' as const } })),
  });
  const object = (prefix: string, label: string) => ({
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind: 'API',
    metadata: { name: 'flights', namespace: 'default', labels: { team: label } },
    spec: { pathPrefix: prefix, service: { name: 'flights', port: { number: 80 } } },
  });
  let held = object('/flights', 'ops');
  platform.answer(getResource, () => ({
    key: 'API.hub.traefik.io/default/flights',
    clusterId: 'cls_1',
    cluster: 'eu-1',
    apiVersion: held.apiVersion,
    kind: held.kind,
    namespace: 'default',
    name: 'flights',
    labels: {},
    owner: { kind: 'platform' },
    state: 'synced',
    urls: [],
    revision: 1,
    updatedAt: '2026-01-01T00:00:00Z',
    seenRevision: 1,
    object: held,
  }));
  const applied: unknown[] = [];
  platform.answer(applyResources, (_, body) => {
    applied.push(body);
    const change = { key: 'API', change: 'update', before: held, after: held };
    return { revision: 7, changes: [change], deleted: [] };
  });
  ui = await openDriver(platform);
  ui.app.terminal = {
    ...ui.app.terminal!,
    edit(text) {
      held = object('/flights', 'sales');
      return Promise.resolve(text.replace('/flights', '/planes'));
    },
  };
  await ui.press('g', 'a');
  await ui.see('flights');
  await ui.press('e');
  await ui.see('was changed by someone else meanwhile');
  expect(applied).toEqual([]);
  await ui.press('ctrl-s');
  await ui.see('Apply API flights');
  await ui.press('tab', 'enter');
  await ui.see('Saved as revision 7');
  expect(applied.at(-1)).toMatchObject({ objects: [object('/planes', 'sales')] });
});
