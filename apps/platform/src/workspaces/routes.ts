import * as contract from '@portolan/contract/workspaces';
import { mount, mountWithoutTransaction } from '../http/mount.ts';
import { runUnitOfWork } from '../db/unit-of-work.ts';
import type { CreateCapability } from '../platform.ts';
import {
  createWorkspace,
  deleteWorkspace,
  getWorkspace,
  renameWorkspace,
  requirePlatformAccount,
} from './service.ts';

/** Routes for workspaces. */
export const workspaces: CreateCapability = () => ({
  routes(api) {
    mountWithoutTransaction(api, contract.createWorkspace, async ({ body, principal, actor }) => {
      await requirePlatformAccount(api.db, principal.account.id);
      const id = body.id ?? slugOf(body.name);
      const input = { id, name: body.name, owner: principal.account.id };
      return runUnitOfWork(api.db, { workspace: id, actor, mutates: true }, (work) =>
        createWorkspace(work, input),
      );
    });
    mount(api, contract.getWorkspace, ({ workspace, principal }, work) =>
      getWorkspace(work, workspace.id, principal.membership?.role ?? 'viewer'),
    );
    mount(api, contract.renameWorkspace, ({ workspace, principal, body }, work) =>
      renameWorkspace(work, workspace.id, { name: body.name, role: principal.membership?.role ?? 'viewer' }),
    );
    mount(api, contract.deleteWorkspace, ({ workspace, query }, work) =>
      deleteWorkspace(work, workspace.id, query.confirm),
    );
  },
});

/** Returns a workspace id derived from a name: lower case, ASCII, at most 32 characters. */
function slugOf(name: string): string {
  const ascii = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  return ascii.slice(0, 32).replaceAll(/^-+|-+$/g, '') || 'workspace';
}
