import * as contract from '@portolan/contract/self-service';
import { deleteUserToken } from '../auth/token-store.ts';
import { mount } from '../http/mount.ts';
import type { CreateCapability } from '../platform.ts';
import { getMe } from './me.ts';
import { listOwnApis } from './own-apis.ts';
import { createOwnKey, deleteOwnKey, listOwnKeys, rotateOwnKey, setOwnKeyState } from './own-keys.ts';
import { mountPage } from './page-routes.ts';
import { mountUserSignIn } from './sign-in.ts';

/** Self-service routes: the signed-in user, their APIs and their keys. */
export const selfService: CreateCapability = () => ({
  routes(api) {
    mount(api, contract.getMe, ({ principal }, work) => getMe(work, principal));
    mount(api, contract.listOwnApis, async ({ principal, workspace }, work) => {
      const { groups } = await getMe(work, principal);
      return { items: await listOwnApis(work.tx, api.compiledClusters, { workspace: workspace.id, groups }) };
    });
    mount(api, contract.listOwnKeys, async ({ principal }, work) => ({
      items: await listOwnKeys(work, principal),
    }));
    mount(api, contract.createOwnKey, ({ principal, body }, work) => createOwnKey(work, principal, body));
    mount(api, contract.updateOwnKey, ({ principal, params, body }, work) =>
      setOwnKeyState(work, principal, { id: params.key, state: body.state }),
    );
    mount(api, contract.rotateOwnKey, ({ principal, params, body }, work) =>
      rotateOwnKey(work, principal, { id: params.key, graceSeconds: body.graceSeconds }),
    );
    mount(api, contract.deleteOwnKey, ({ principal, params }, work) =>
      deleteOwnKey(work, principal, params.key),
    );
    mount(api, contract.endOwnSession, async ({ principal: { user, token } }, { tx, audit }) => {
      await deleteUserToken(tx, user.id, token.id);
      audit({ action: 'session.end', target: { kind: 'session', id: token.id, name: user.email } });
    });
    const issuer = mountUserSignIn(api);
    mountPage(api, issuer);
  },
});
