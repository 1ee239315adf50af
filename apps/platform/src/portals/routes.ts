import * as contract from '@portolan/contract/portals';
import { mount } from '../http/mount.ts';
import type { CreateCapability } from '../platform.ts';
import { listPortals } from './list-portals.ts';
import { previewPortal } from './preview.ts';

/** API portals, which agents serve: where they are, and what users see there. */
export const portals: CreateCapability = () => ({
  routes(api) {
    mount(api, contract.listPortals, async ({ workspace }, { tx }) => ({
      items: (await listPortals(tx, api.compiledClusters, workspace.id)).map(({ view }) => view),
    }));
    mount(api, contract.previewPortal, ({ workspace, params, body }, work) =>
      previewPortal(api, work, { workspace: workspace.id, portal: params.portal, ...body }),
    );
  },
});
