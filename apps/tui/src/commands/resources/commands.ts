import { apiGrant, apiRevoke } from '@portolan/console/actions/grant';
import { subscriptionApprove, subscriptionReject } from '@portolan/console/actions/subscriptions';
import { resourceCreate } from '@portolan/console/actions/manifests';
import {
  accessDelete,
  accessEdit,
  apiDelete,
  apiEdit,
  resourceDelete,
  resourceEdit,
  versionDelete,
  versionEdit,
  whyOwned,
  type ObjectRow,
} from '@portolan/console/actions/objects';
import { actionCommand } from '../action-command.ts';
import type { App, Command } from '../../state/app.ts';
import { access } from '@portolan/console/kinds/access';
import { apis } from '@portolan/console/kinds/apis';
import { clusters } from '@portolan/console/kinds/clusters';
import { resources } from '@portolan/console/kinds/resources';
import { versions } from '@portolan/console/kinds/versions';
import { ensureRead } from '../../state/ensure-read.ts';
import { editApiForm } from './edit-api-form.ts';
import { editObject } from './edit-object.ts';
import { newObjectPicker } from './new-object.ts';

const KINDS = ['apis', 'versions', 'access', 'resources'];

/** Creating, editing and deleting Kubernetes objects, and granting APIs to groups. */
export const resourceCommands: readonly Command[] = [
  actionCommand(apiGrant, { hint: 'grant' }),
  actionCommand(subscriptionApprove, { hint: 'approve' }),
  actionCommand(subscriptionReject, { hint: 'reject' }),
  actionCommand(apiRevoke),
  {
    id: 'item.new',
    title: 'New resource',
    keys: ['n'],
    where: 'item',
    kinds: KINDS,
    permission: 'resources.write',
    actions: [resourceCreate],
    hint: 'new',
    danger: 0,
    async run(app) {
      const { view } = app.navigation;
      await ensureRead(app, clusters);
      if (view.type === 'list' || view.type === 'detail')
        app.openOverlay(newObjectPicker(app, view.kind.name));
    },
  },
  {
    id: 'item.form',
    title: 'Edit path, Service and version of the API in a form',
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
    actions: [apiEdit, versionEdit, accessEdit, resourceEdit],
    hint: 'edit',
    danger: 1,
    disabled: (app) => onlyOwn(app, 1),
    plan(app) {
      const [target] = targets(app);
      return target ? editObject(app, target) : null;
    },
  },
  ...[apiDelete, versionDelete, accessDelete, resourceDelete].map((action) => actionCommand(action)),
];

function targets(app: App): readonly ObjectRow[] {
  return [
    ...app.navigation.targets(apis),
    ...app.navigation.targets(versions),
    ...app.navigation.targets(access),
    ...app.navigation.targets(resources),
  ];
}

function onlyOwn(app: App, most: number): string | null {
  const chosen = targets(app);
  if (chosen.length === 0) return 'no object is selected';
  if (chosen.length > most) return 'select one object only';
  return chosen.map(whyOwned).find((reason) => reason !== null) ?? null;
}
