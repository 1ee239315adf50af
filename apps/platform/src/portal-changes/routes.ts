import { changePortalObjects } from '@portolan/contract/portal-changes';
import { mountWithoutTransaction } from '../http/mount.ts';
import type { CreateCapability } from '../platform.ts';
import { changeOwnObjects } from './change-own-objects.ts';

/** Applications, keys and subscriptions that users make in portals of generation v3; they are objects of the portal's cluster. */
export const portalChanges: CreateCapability = () => ({
  routes(api) {
    mountWithoutTransaction(api, changePortalObjects, ({ principal, body }) =>
      changeOwnObjects(api, principal, body),
    );
  },
});
