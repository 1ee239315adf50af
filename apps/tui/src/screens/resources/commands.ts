import { deleteResource, type ApiView } from '@portolan/contract/resources';
import { listUsers } from '@portolan/contract/users';
import type { Command, Plan } from '../../commands/command.ts';
import { Failure } from '@portolan/console/failure';
import { access } from '@portolan/console/kinds/access';
import { apis } from '@portolan/console/kinds/apis';
import { toned, type Cell } from '@portolan/console/kinds/block';
import { counted, formatNumber } from '@portolan/console/kinds/format';
import { grantApi, grantOf } from '@portolan/console/actions/grant';
import { clusters } from '@portolan/console/kinds/clusters';
import { groups } from '@portolan/console/kinds/groups';
import { resources } from '@portolan/console/kinds/resources';
import { quoted } from '@portolan/console/kinds/traces';
import { versions } from '@portolan/console/kinds/versions';
import { Confirm } from '../../overlays/confirm.ts';
import { Form } from '../../overlays/form.ts';
import type { App } from '../../store/app.ts';
import { ensureRead } from '../../store/ensure-read.ts';
import { runAll } from '../../overlays/progress.ts';
import { Reverting } from '@portolan/console/actions/reverting';
import { editApiForm } from './edit-api-form.ts';
import { editObject, seeObject, whyOwned, type ObjectRef } from './edit-object.ts';
import { newObjectPicker } from './new-object.ts';
import { planSet } from './plan-set.ts';

const KINDS = ['apis', 'versions', 'access', 'resources'];

/** Making, editing and deleting Kubernetes objects, and opening APIs to groups. */
export const resourceCommands: readonly Command[] = [
  {
    id: 'apis.grant',
    title: 'Grant the API to a group',
    keys: ['A'],
    where: 'item',
    kinds: ['apis'],
    permission: 'resources.write',
    hint: 'grant',
    danger: 0,
    disabled: (app) => (app.targets(apis).length > 0 ? null : 'there is no API here'),
    async run(app) {
      await ensureRead(app, groups);
      app.openOverlay(grantForm(app));
    },
  },
  {
    id: 'item.new',
    title: 'Make an object',
    keys: ['n'],
    where: 'item',
    kinds: KINDS,
    permission: 'resources.write',
    hint: 'new',
    danger: 0,
    async run(app) {
      const { view } = app;
      await ensureRead(app, clusters);
      if (view.type === 'list' || view.type === 'detail')
        app.openOverlay(newObjectPicker(app, view.kind.name));
    },
  },
  {
    id: 'item.form',
    title: 'Change path, Service and version of the API by a form',
    keys: ['i'],
    where: 'item',
    kinds: ['apis'],
    permission: 'resources.write',
    danger: 0,
    disabled: (app) => onlyOwn(app, 1),
    async run(app) {
      const [target] = targets(app);
      if (target) app.openOverlay(await editApiForm(app, target));
    },
  },
  {
    id: 'edit.editor',
    title: 'Edit the YAML in $EDITOR',
    keys: ['e'],
    where: 'item',
    kinds: KINDS,
    permission: 'resources.write',
    hint: 'edit',
    danger: 1,
    disabled: (app) => onlyOwn(app, 1),
    plan(app) {
      const [target] = targets(app);
      return target ? editObject(app, target) : null;
    },
  },
  {
    id: 'resources.delete',
    title: 'Delete the objects',
    keys: ['D'],
    where: 'item',
    kinds: KINDS,
    permission: 'resources.write',
    danger: 3,
    disabled: (app) => onlyOwn(app, Number.POSITIVE_INFINITY),
    plan: (app) => deletePlan(app, targets(app)),
  },
];

type ObjectRow = ObjectRef & { readonly name: string };

function targets(app: App): readonly ObjectRow[] {
  return [...app.targets(apis), ...app.targets(versions), ...app.targets(access), ...app.targets(resources)];
}

function onlyOwn(app: App, most: number): string | null {
  const chosen = targets(app);
  if (chosen.length === 0) return 'there is no object here';
  if (chosen.length > most) return 'it takes one object and several are marked';
  return chosen.map(whyOwned).find((reason) => reason !== null) ?? null;
}

function grantForm(app: App): Form {
  const chosen = app.targets(apis);
  const names = chosen.map((api) => api.name).join(', ');
  const known = app.labelsOf(groups);
  return new Form({
    title: `Grant ${names} to a group`,
    action: chosen.length === 1 ? 'show what it would change' : 'grant',
    fields: [
      {
        name: 'group',
        label: 'Group',
        // The only one there is is the one that is meant.
        value: known.length === 1 ? (known[0] ?? '') : '',
        hint: 'tab completes',
        choices: known,
      },
    ],
    async submit({ group = '' }) {
      if (!app.labelsOf(groups).includes(group) && app.lists.of(groups).status.isComplete)
        throw new Failure(`There is no group "${group}".`, 'tab completes; g r, then n creates one.');
      const [only, ...more] = chosen;
      if (only && more.length === 0) return confirmGrant(app, only, group);
      app.closeOverlay();
      const result = await runAll(app, {
        title: `Grant ${counted(chosen.length, 'API')} to ${group}`,
        // One after the other: each reads the gateway with what the one before put there.
        items: chosen.map((api) => ({ name: api.name, run: () => grantApi(app.session, api, group) })),
        one: '',
        many: `APIs are granted to ${group}.`,
      });
      app.did({ what: 'Grant the API to a group', object: names, result });
    },
  });
}

/** Shows who would gain the API before it is so. */
async function confirmGrant(app: App, api: ApiView, group: string): Promise<void> {
  const { objects, result } = await grantOf(app.session, api, group);
  const cluster = { id: api.clusterId, name: api.cluster };
  const plan = await planSet(app, { cluster, objects });
  const run = async () => {
    await plan.run();
    return result;
  };
  const named = { ...plan, title: `Grant ${api.name} to ${group}`, action: 'Grant', run };
  app.openOverlay(new Confirm(named, { danger: 1, title: 'Grant the API to a group' }, app.now()));
}

async function deletePlan(app: App, chosen: readonly ObjectRow[]): Promise<Plan | null> {
  const [first] = chosen;
  if (!first) return null;
  const { client, workspace } = app.session;
  const name = chosen.length === 1 ? first.name : counted(chosen.length, 'object');
  const clusterNames = new Set(chosen.map((one) => one.cluster));
  const reverting = clusterNames.size === 1 ? new Reverting(app.session, refOf(first)) : null;
  const seen = await seenRevisions(app, chosen);
  const remove = () =>
    runAll(app, {
      title: `Delete ${name}`,
      items: chosen.map((one) => ({
        name: one.key,
        run: () =>
          client.call(deleteResource, {
            params: { workspace },
            query: { cluster: one.clusterId, key: one.key, revision: seen.get(one) },
          }),
      })),
      one: `${first.name} is deleted; ${first.cluster} applies that now.`,
      many: 'objects are deleted.',
    });
  return {
    title: chosen.length === 1 ? `Delete ${first.key}` : `Delete ${name}`,
    action: 'Delete',
    typed: app.confirmWord(chosen.length === 1 ? first.name : String(chosen.length)),
    object: chosen.map((one) => one.name).join(', '),
    count: chosen.length,
    lines: [
      ...chosen.map((one) => `${one.key} on ${one.cluster}`),
      ...(await callersOf(app)),
      { tone: 'bad', text: 'What they serve stops being served as soon as the cluster has applied it.' },
      ...(reverting ? ['u brings them back, as long as nobody changes the cluster meanwhile.'] : []),
    ],
    run: () => (reverting ? reverting.around(remove) : remove()),
    ...(reverting ? { undo: { title: `bring ${name} back`, run: () => reverting.back() } } : {}),
  };
}

/** At which revision each object is seen by who is about to delete it: what others change after that is not deleted. */
async function seenRevisions(app: App, chosen: readonly ObjectRow[]): Promise<Map<ObjectRow, number>> {
  const seen = new Map<ObjectRow, number>();
  for (const one of chosen) seen.set(one, (await seeObject(app, one)).revision);
  return seen;
}

function refOf(one: ObjectRow) {
  return { id: one.clusterId, name: one.cluster };
}

/** Who calls the APIs that would go, and how much. */
async function callersOf(app: App): Promise<readonly Cell[]> {
  const { client, workspace } = app.session;
  const lines = app.targets(apis).map(async (api): Promise<Cell> => {
    const groups = [...new Set(api.access.flatMap((one) => one.groups))];
    const isForAll = api.access.some((one) => one.any);
    const filter = isForAll ? 'state=active' : `state=active groups=${groups.map(quoted).join(',')}`;
    const isForNobody = !isForAll && groups.length === 0;
    const count = isForNobody
      ? 0
      : (await client.call(listUsers, { params: { workspace }, query: { filter, limit: 1 } })).matched;
    const rate = formatNumber(api.rate.requestsPerSecond);
    return toned(
      count > 0 ? 'bad' : 'plain',
      `${api.name}: ${counted(count, 'user')} may call it; ${rate} requests/s now.`,
    );
  });
  return Promise.all(lines);
}
