import * as contract from '@portolan/contract/users';
import { mount } from '../../http/mount.ts';
import type { CreateCapability } from '../../platform.ts';
import { createGroup, deleteGroup, renameGroup } from './service.ts';
import { listGroupPage } from './store.ts';

/** Routes for groups of users. */
export const groups: CreateCapability = () => ({
  routes(api) {
    mount(api, contract.listGroups, ({ workspace, query }, { tx }) => listGroupPage(tx, workspace.id, query));
    mount(api, contract.createGroup, ({ workspace, body }, work) =>
      createGroup(work, workspace.id, body.name),
    );
    mount(api, contract.renameGroup, ({ workspace, params, body }, work) =>
      renameGroup(work, workspace.id, params.group, body.name),
    );
    mount(api, contract.deleteGroup, ({ workspace, params }, work) =>
      deleteGroup(work, workspace.id, params.group),
    );
  },
});
