import * as routes from '@portolan/contract/clusters';
import { mount, mountWithoutTransaction } from '../http/mount.ts';
import type { Api, CreateCapability } from '../platform.ts';
import { mountBrokerRoutes } from './broker-routes.ts';
import { DirectoryStreams } from './directory-streams.ts';
import { fleetJobs } from './jobs.ts';
import { listBrokerViews, listTunnelViews } from './list-store.ts';
import { pushRevocations } from './revocations.ts';
import {
  announceBroker,
  approve,
  endSession,
  requireAllTunnels,
  requireAllWorkspaces,
  revoke,
  setDrained,
} from './service.ts';

/** Brokers, tunnels, and the placement of tunnels on brokers. */
export const fleet: CreateCapability = (platform) => {
  const streams = new DirectoryStreams(platform);
  const stopRevocations = pushRevocations(platform, streams);
  return {
    routes(api) {
      mountBrokerRoutes(api, streams);
      mountLists(api);
      mountAdministration(api);
    },
    jobs: fleetJobs(platform, streams),
    async close() {
      stopRevocations();
      await streams.close();
    },
  };
};

function mountLists(api: Api): void {
  mount(api, routes.listTunnels, ({ query, workspace }, { tx }) => listTunnelViews(tx, query, workspace.id));
  mount(api, routes.listBrokers, ({ query }, { tx }) => listBrokerViews(tx, query));
}

/** Serves the actions of administrators on tunnels and brokers. */
function mountAdministration(api: Api): void {
  for (const [route, how] of [
    [routes.reconnectTunnel, 'reconnect'],
    [routes.closeTunnel, 'close'],
  ] as const) {
    mount(api, route, ({ workspace, params }, work) => endSession(work, workspace.id, params.tunnel, how));
  }
  for (const [route, isDrained] of [
    [routes.drainBroker, true],
    [routes.resumeBroker, false],
  ] as const) {
    mountWithoutTransaction(api, route, async ({ params: { broker: id }, principal }, transact) => {
      await requireAllTunnels(api.db, id, principal);
      const view = await transact((work) => setDrained(work, id, isDrained));
      await announceBroker(api.db, id);
      return view;
    });
  }
  mountWithoutTransaction(
    api,
    routes.approveBroker,
    async ({ params: { broker: id }, principal }, transact) => {
      await requireAllWorkspaces(api.db, principal);
      const view = await transact((work) => approve(work, id));
      await announceBroker(api.db, id);
      return view;
    },
  );
  mountWithoutTransaction(
    api,
    routes.revokeBroker,
    async ({ params: { broker: id }, principal }, transact) => {
      await requireAllWorkspaces(api.db, principal);
      const view = await transact((work) => revoke(work, id));
      await announceBroker(api.db, id);
      return view;
    },
  );
}
