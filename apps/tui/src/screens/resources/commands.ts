import { deleteResource, type ApiView, type Resource } from '@portolan/contract/resources';
import type { Command, Plan } from '../../commands/command.ts';
import { Failure } from '../../failure.ts';
import { apis } from '../../kinds/apis.ts';
import { grantApi } from '../../kinds/grant.ts';
import { groups } from '../../kinds/groups.ts';
import { resources } from '../../kinds/resources.ts';
import { Form } from '../../overlays/form.ts';
import type { App } from '../../store/app.ts';
import { editObject, whyOwned } from './edit-object.ts';

const KINDS = ['apis', 'resources'];

/** Editing and deleting Kubernetes objects, and opening APIs to groups. */
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
    run: (app) => app.openOverlay(grantForm(app)),
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

function targets(app: App): readonly (ApiView | Resource)[] {
  return [...app.targets(apis), ...app.targets(resources)];
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
    action: 'grant',
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
      const results: string[] = [];
      for (const api of chosen) results.push(await grantApi(app.session, api, group));
      app.closeOverlay();
      app.did({ what: 'Grant the API to a group', object: names, result: results.join(' ') });
    },
  });
}

function deletePlan(app: App, chosen: readonly (ApiView | Resource)[]): Plan | null {
  const [first] = chosen;
  if (!first) return null;
  const { client, workspace } = app.session;
  return {
    title: chosen.length === 1 ? `Delete ${first.key}` : `Delete ${chosen.length} objects`,
    action: 'Delete',
    typed: app.confirmWord(chosen.length === 1 ? first.name : String(chosen.length)),
    object: chosen.map((one) => one.name).join(', '),
    lines: [
      ...chosen.map((one) => `${one.key} on ${one.cluster}`),
      { tone: 'bad', text: 'What they serve stops being served as soon as the cluster has applied it.' },
    ],
    async run() {
      for (const one of chosen)
        await client.call(deleteResource, {
          params: { workspace },
          query: { cluster: one.clusterId, key: one.key },
        });
      return chosen.length === 1 ? `${first.name} is deleted.` : `${chosen.length} objects are deleted.`;
    },
  };
}
