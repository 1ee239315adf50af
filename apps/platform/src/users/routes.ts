import * as contract from '@portolan/contract/users';
import { mount } from '../http/mount.ts';
import type { CreateCapability } from '../platform.ts';
import { createUser, deleteUser, getUser, updateUser } from './service.ts';
import { listUserPage } from './store.ts';

/** Routes for users of APIs. */
export const users: CreateCapability = () => ({
  routes(api) {
    mount(api, contract.listUsers, ({ workspace, query }, { tx }) => listUserPage(tx, workspace.id, query));
    mount(api, contract.createUser, ({ workspace, body }, work) => createUser(work, workspace.id, body));
    mount(api, contract.getUser, ({ workspace, params }, work) => getUser(work, workspace.id, params.user));
    mount(api, contract.updateUser, ({ workspace, params, body }, work) =>
      updateUser(work, workspace.id, { user: params.user, change: body }),
    );
    mount(api, contract.deleteUser, ({ workspace, params }, work) =>
      deleteUser(work, workspace.id, params.user),
    );
  },
});
