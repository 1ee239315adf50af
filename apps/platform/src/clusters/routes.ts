import * as commands from '@portolan/contract/cluster-commands';
import * as contract from '@portolan/contract/clusters';
import { mount, mountWithoutTransaction } from '../http/mount.ts';
import type { CreateCapability } from '../platform.ts';
import { listCommands, receiveCommandReport, sendCommand } from './commands/service.ts';
import { createCluster, deleteCluster, getCluster, revokeToken, rotateToken } from './service.ts';
import { listClusterPage } from './store.ts';

/** Routes for clusters and the tokens of their agents. */
export const clusters: CreateCapability = () => ({
  routes(api) {
    mount(api, contract.listClusters, ({ workspace, query }, { tx }) =>
      listClusterPage(tx, workspace.id, query),
    );
    mount(api, contract.getCluster, ({ workspace, params }, { tx }) =>
      getCluster(tx, workspace.id, params.cluster),
    );
    mount(api, contract.createCluster, ({ workspace, body }, work) =>
      createCluster(work, workspace.id, body.name),
    );
    mount(api, contract.rotateClusterToken, ({ workspace, params }, work) =>
      rotateToken(work, workspace.id, params.cluster),
    );
    mount(api, contract.revokeClusterToken, ({ workspace, params }, work) =>
      revokeToken(work, workspace.id, params.cluster),
    );
    mount(api, contract.deleteCluster, ({ workspace, params }, work) =>
      deleteCluster(work, workspace.id, params.cluster),
    );
    mount(api, commands.sendCommand, ({ workspace, params, body }, work) =>
      sendCommand(work, workspace.id, params.cluster, body),
    );
    mount(api, commands.listCommands, async ({ workspace, params }, { tx }) => ({
      commands: await listCommands(tx, workspace.id, params.cluster),
    }));
    mountWithoutTransaction(api, commands.reportCommand, ({ principal, body }) =>
      receiveCommandReport(api.db, principal, body),
    );
  },
});
