import * as contract from '@portolan/contract/settings';
import { mount } from '../../http/mount.ts';
import type { Capability } from '../../platform.ts';
import { changeSettings, readSettings } from './service.ts';

/** Settings of workspaces. */
export const settings: Capability = {
  name: 'settings',
  mount(api) {
    const { sealer } = api;
    mount(api, contract.getSettings, ({ workspace }, { tx }) => readSettings(tx, { workspace, sealer }));
    mount(api, contract.updateSettings, ({ workspace, body }, work) =>
      changeSettings(work, { workspace, sealer }, body),
    );
  },
};
