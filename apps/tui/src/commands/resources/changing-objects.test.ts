import { afterEach, beforeEach, expect, test } from 'vitest';
import { listChangeSets, rollBack } from '@portolan/contract/changes';
import { applyResources, deleteResource } from '@portolan/contract/resources';
import { airline } from '../../testing/fixture-data.ts';
import { startFixturePlatform, type FixturePlatform } from '../../testing/fixture-platform.ts';
import { openDriver, type Driver } from '../../testing/screen-driver.ts';

let platform: FixturePlatform;
let ui: Driver;
/** What the platform's history says, newest first, and what was asked of it. */
let revisions: number[];
const applied: unknown[] = [];
const rolledBack: unknown[] = [];

beforeEach(async () => {
  applied.length = 0;
  rolledBack.length = 0;
  revisions = [7];
  const state = airline();
  platform = await startFixturePlatform({
    ...state,
    apis: state.apis.map((api) => ({ ...api, owner: { kind: 'platform' as const } })),
  });
  const [set] = platform.state.changes;
  platform.answer(listChangeSets, () => {
    const items = revisions.map((revision) => ({ ...set, revision }));
    return { items, total: items.length, matched: items.length, next: null };
  });
  platform.answer(applyResources, (_, body) => {
    applied.push(body);
    revisions = [8, ...revisions];
    const { objects } = body as { objects: { kind: string }[] };
    const changes = objects.map((after) => ({ key: after.kind, change: 'create', before: null, after }));
    return { revision: 8, changes, deleted: [] };
  });
  platform.answer(rollBack, (params, body) => {
    rolledBack.push({ ...(body as object), revision: params['revision'] });
    return {
      cluster: { id: 'cls_1', name: 'local' },
      revision: 8,
      applicable: true,
      counts: { create: 0, update: 1, unchanged: 0, delete: 0 },
      changes: [],
      affected: [
        {
          key: 'API.hub.traefik.io/default/flights',
          namespace: 'default',
          name: 'flights',
          what: ['access'],
          groups: { gained: [], lost: ['crew'], changed: [] },
          users: { gained: 0, lost: 3 },
          paths: { added: [], removed: [] },
          limits: null,
        },
      ],
      warnings: [],
    };
  });
  ui = await openDriver(platform);
});

afterEach(async () => {
  await ui.close();
  await platform.close();
});

/** Answers the editor's next openings, each with what it makes of the text; then it changes nothing. */
function typeInEditor(...edits: ((text: string) => string)[]): string[] {
  const seen: string[] = [];
  const { terminal } = ui.app;
  if (terminal)
    ui.app.terminal = {
      ...terminal,
      edit(text) {
        seen.push(text);
        return Promise.resolve(edits.shift()?.(text) ?? null);
      },
    };
  return seen;
}

test('a template is edited until it is valid, planned, applied on the revision that was seen, and undone', async () => {
  const seen = typeInEditor(
    (text) => text.replaceAll('NAME', 'seats').replace('number: 80', 'number: eighty'),
    (text) =>
      text.replace('number: eighty', 'number: 80').replace('/PATH', '/seats').replace('SERVICE', 'seats'),
  );
  await ui.press('g', 'a');
  await ui.see('flights');
  await ui.press('n');
  await ui.type('an HTTP API');
  await ui.press('enter');
  await ui.see('Create API seats on cluster local');
  expect(seen[1]).toMatch(/^# error: line 2: API seats: spec\.service\.port\.number/);
  await ui.see('+ kind: API');
  await ui.press('tab', 'enter');
  await ui.see('Saved as revision 8');
  expect(applied).toMatchObject([{ cluster: 'cls_1', revision: 7, objects: [{ kind: 'API' }] }]);
  await ui.press('u', 'tab', 'enter');
  await ui.see('Undid revision 8.');
  expect(rolledBack).toEqual([{ to: 'without', revision: '8' }]);
});

test('undo does not go past what someone else did since', async () => {
  await ui.press('g', 'a');
  await ui.see('flights');
  await ui.press('n', 'enter');
  await ui.type('seats');
  await ui.press('ctrl-s');
  await ui.see('Create API seats on cluster local');
  await ui.press('tab', 'enter');
  await ui.see('Created API seats');
  const message = 'API.hub.traefik.io/default/seats changed again after revision 8.';
  platform.fail(rollBack, { code: 'revision-mismatch', message }, 409);
  await ui.press('u', 'tab', 'enter');
  await ui.see('seats changed again after');
});

test('rolling back shows whom it reaches, and asks for a word', async () => {
  await ui.press('g', 'y');
  await ui.see('+NEW');
  await ui.press('Z');
  await ui.see('crew can no longer call it; 3 users lose it.');
  await ui.press('enter');
  expect(rolledBack).toHaveLength(1);
  await ui.press('y', 'enter');
  await ui.see('Cluster local is applying it');
  expect(rolledBack.at(-1)).toEqual({ to: 'revision', dryRun: false, seen: 8, revision: '7' });
});

test('one change is undone by itself', async () => {
  await ui.press('g', 'y');
  await ui.see('+NEW');
  await ui.press('W');
  await ui.see('Undo change 7 of cluster local');
  await ui.press('y', 'enter');
  await ui.see('Cluster local is applying it');
  expect(rolledBack).toEqual([
    { to: 'without', dryRun: true, revision: '7' },
    { to: 'without', dryRun: false, seen: 8, revision: '7' },
  ]);
});

test('the common fields of an API are changed by a form', async () => {
  await ui.press('g', 'a');
  await ui.see('flights');
  await ui.press('i');
  await ui.see('Edit flights');
  await ui.press('ctrl-u');
  await ui.type('/planes');
  await ui.press('tab');
  await ui.type('planes');
  await ui.press('tab');
  await ui.type('http');
  await ui.press('ctrl-s');
  await ui.see('Apply API flights to cluster local');
  await ui.press('tab', 'enter');
  await ui.see('Saved as revision 8');
  expect(applied).toMatchObject([
    {
      revision: 6,
      objects: [{ spec: { pathPrefix: '/planes', service: { name: 'planes', port: { name: 'http' } } } }],
    },
  ]);
});

test('an object is deleted as it was seen, not as others made it since', async () => {
  const asked: unknown[] = [];
  platform.answer(deleteResource, (_, __, query) => {
    asked.push([query.get('key'), query.get('revision')]);
    return { revision: 8 };
  });
  await ui.press('g', 'a');
  await ui.see('flights');
  await ui.press('D');
  await ui.see('Delete API flights');
  await ui.rush('flights', 'enter');
  await ui.see('That was too soon: press enter again.');
  expect(asked).toEqual([]);
  await ui.press('enter');
  await ui.see('Deleted API flights');
  expect(asked).toEqual([['API.hub.traefik.io/default/flights', '6']]);
});
