import { afterEach, expect, test } from 'vitest';
import { listAudit } from '@portolan/contract/audit';
import { getOpenApi, getResource, listResources, type Resource } from '@portolan/contract/resources';
import { airline, users } from '../testing/fixture-data.ts';
import { startFixturePlatform, type FixturePlatform } from '../testing/fixture-platform.ts';
import { openDriver, type Driver } from '../testing/screen-driver.ts';

let platform: FixturePlatform;
let ui: Driver;

async function open(state = airline()): Promise<void> {
  platform = await startFixturePlatform(state);
  ui = await openDriver(platform, { columns: 100, rows: 30 });
}

afterEach(async () => {
  await ui.close();
  await platform.close();
});

const asked = (path: string) => platform.requests.filter((one) => one.endsWith(path)).length;

test('a tab is read once it is looked at, and not before', async () => {
  await open();
  await ui.press('g', 'a');
  await ui.see('flights');
  await ui.press('enter');
  await ui.see('APIs › flights');
  expect(asked('/airline/changes')).toBe(0);
  // Audit is the thirteenth tab, and has no digit.
  await ui.press('9', 'tab', 'tab', 'tab', 'tab');
  await ui.see('revision 7 of local');
  expect(asked('/airline/changes')).toBe(1);
});

test('a tab that may not be seen says which right is missing, and the others stay', async () => {
  await open();
  platform.fail(
    listAudit,
    {
      code: 'not-allowed',
      message: 'Your role viewer lacks audit.read.',
      fix: 'An owner or admin can grant it.',
    },
    403,
  );
  await ui.press('g', 'u');
  await ui.see('user00000');
  await ui.press('enter', '3');
  await ui.see('Your role viewer lacks audit.read.');
  await ui.see('An owner or admin can grant it.');
  await ui.press('1');
  await ui.see('user00000@example.com');
});

test('a user shows which APIs are open to them, and through what', async () => {
  await open({ ...airline(), users: users(1) });
  await ui.press('g', 'u');
  await ui.see('user00000');
  await ui.press('enter', '2');
  await ui.see('Granted APIs (1 of 2)');
  await ui.see('http://airline.edge.localhost/flights');
});

test('enter in a detail lists what is in it', async () => {
  await open();
  await ui.press('g', 'r');
  await ui.see('crew');
  await ui.press('enter', 'enter');
  await ui.see('groups="crew"');
  await ui.press('[');
  await ui.see('Groups › crew');
});

test('a change shows what it did to each object and where that stands', async () => {
  await open();
  await ui.press('g', 'y');
  await ui.see('+NEW');
  await ui.press('enter');
  await ui.see('APIAccess crew');
  await ui.see('+   groups:');
  await ui.press('2');
  await ui.see('applied');
});

test('access reads each object once, as long as it does not change', async () => {
  await open();
  const resource = (name: string): Resource => ({
    key: `APIAccess.hub.traefik.io//${name}`,
    clusterId: 'cls_1',
    cluster: 'local',
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind: 'APIAccess',
    namespace: null,
    name,
    labels: {},
    owner: { kind: 'platform' },
    state: 'synced',
    urls: [],
    revision: 1,
    updatedAt: '2026-11-21T11:00:00Z',
  });
  const items = ['crew', 'desk'].map(resource);
  platform.answer(listResources, () => ({ items, total: 2, matched: 2, next: null }));
  platform.answer(getResource, (_, __, query) => ({
    seenRevision: 1,
    ...items[0],
    object: {
      apiVersion: 'hub.traefik.io/v1alpha1',
      kind: 'APIAccess',
      metadata: { name: query.get('key') },
      spec: { groups: ['crew'], apis: [{ name: 'flights', namespace: 'default' }] },
    },
  }));
  await ui.press('g', 'x');
  await ui.see('flights');
  expect(asked('/resource')).toBe(2);
  await ui.press('R');
  await ui.until('the list was read again', () => asked('/resources') >= 2);
  expect(asked('/resource')).toBe(2);
});

test('the document of an API is listed by its operations', async () => {
  await open();
  platform.answer(getOpenApi, () => ({
    key: 'API.hub.traefik.io/default/flights',
    sha256: 'f'.repeat(64),
    fetchedAt: '2026-11-21T11:00:00Z',
    document: {
      openapi: '3.1.0',
      info: { title: 'Flights', version: '4' },
      paths: { '/{id}/boarding': { post: { summary: 'Begin to board' }, parameters: [] } },
    },
  }));
  await ui.press('g', 'a');
  await ui.see('flights');
  await ui.press('enter', '5');
  await ui.see('Operations (1)');
  expect(ui.line('/boarding')).toMatch(/POST\s+\/\{id\}\/boarding\s+Begin to board/);
});
