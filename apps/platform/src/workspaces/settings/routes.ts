import * as contract from '@portolan/contract/settings';
import { mount } from '../../http/mount.ts';
import type { CreateCapability } from '../../platform.ts';
import { changeSettings, readSettings } from './service.ts';

/** Routes for the settings of workspaces. */
export const settings: CreateCapability = () => ({
  routes(api) {
    const { sealer } = api;
    mount(api, contract.getSettings, ({ workspace }, { tx }) => readSettings(tx, { workspace, sealer }));
    mount(api, contract.updateSettings, ({ workspace, body }, work) =>
      changeSettings(work, { workspace, sealer }, body),
    );
  },
});
