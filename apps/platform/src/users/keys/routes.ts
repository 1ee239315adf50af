import * as contract from '@portolan/contract/keys';
import { mount } from '../../http/mount.ts';
import type { CreateCapability } from '../../platform.ts';
import { createKey, deleteKey, rotateKey, setKeyState } from './service.ts';
import { listKeyPage } from './store.ts';

/** Routes for API keys of users. */
export const keys: CreateCapability = () => ({
  routes(api) {
    mount(api, contract.listKeys, ({ workspace, query }, { tx }) => listKeyPage(tx, workspace.id, query));
    mount(api, contract.createKey, ({ workspace, body }, work) => createKey(work, workspace.id, body));
    mount(api, contract.updateKey, ({ workspace, params, body }, work) =>
      setKeyState(work, workspace.id, { id: params.key, state: body.state, by: 'administrator' }),
    );
    mount(api, contract.rotateKey, ({ workspace, params, body }, work) =>
      rotateKey(work, workspace.id, { id: params.key, ...body }),
    );
    mount(api, contract.deleteKey, ({ workspace, params }, work) =>
      deleteKey(work, workspace.id, params.key),
    );
  },
});
