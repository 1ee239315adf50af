import {
  createCluster,
  deleteCluster,
  revokeClusterToken,
  rotateClusterToken,
  type Cluster,
} from '@portolan/contract/clusters';
import { z } from 'zod';
import { clusters } from '../kinds/clusters.ts';
import { counted } from '../kinds/format.ts';
import type { Session } from '../kinds/kind.ts';
import { defineAction, stepsFor } from './action.ts';
import { text } from './input.ts';

const name = (cluster: Cluster) => cluster.name;

/** An agent token as it is shown once, with the command that starts the agent. */
function tokenOf({ client }: Session, cluster: string, token: string) {
  return {
    title: `Agent token of cluster ${cluster}`,
    note: [
      'Copy it now: it is shown this once. Start the agent with it in PORTOLAN_TOKEN, for example:',
      `PORTOLAN_TOKEN=TOKEN npx portolan-agent --platform ${client.options.baseUrl} --resources ./manifests`,
    ].join(' '),
    value: token,
  };
}

export const clusterCreate = defineAction({
  id: 'clusters.create',
  title: 'Enrol a cluster',
  button: 'Enrol',
  done: 'enrolled',
  details: 'The token for its agent is shown once.',
  permission: 'clusters.write',
  danger: 0,
  kind: clusters,
  takes: 'none',
  keys: ['n'],
  inputs: z.object({ name: text({ label: 'Name', value: 'NAME', help: 'such as prod-eu' }) }),
  plan: (session, _rows, { name: wanted }) => ({
    steps: [
      {
        name: wanted,
        async run() {
          const { client, workspace } = session;
          const made = await client.call(createCluster, { params: { workspace }, body: { name: wanted } });
          return {
            name: made.name,
            id: made.id,
            object: made,
            secret: tokenOf(session, made.name, made.token),
          };
        },
      },
    ],
  }),
});

export const clusterRotateToken = defineAction({
  id: 'clusters.rotateToken',
  title: 'Replace the agent token of a cluster',
  button: 'Replace token',
  done: 'token replaced',
  details: 'The old token stops working at once. The gateway keeps serving while the agent is disconnected.',
  permission: 'clusters.write',
  danger: 2,
  kind: clusters,
  takes: 'one',
  keys: ['N'],
  inputs: z.object({}),
  plan: (session, rows) => ({
    lines: [
      'The old token stops working at once and the tunnels close.',
      'The gateway keeps serving; give the agent the new token to connect again.',
    ],
    steps: stepsFor(rows, name, async (cluster) => {
      const { client, workspace } = session;
      const made = await client.call(rotateClusterToken, { params: { workspace, cluster: cluster.id } });
      return { object: made, secret: tokenOf(session, cluster.name, made.token) };
    }),
  }),
});

export const clusterRevokeToken = defineAction({
  id: 'clusters.revokeToken',
  title: 'Revoke the agent token of a cluster',
  button: 'Revoke token',
  done: 'token revoked',
  details:
    'Its tunnels close within seconds. The gateway keeps serving what it last received; replacing the token lets the agent connect again.',
  permission: 'clusters.write',
  danger: 3,
  kind: clusters,
  takes: 'one',
  inputs: z.object({}),
  plan: ({ client, workspace }, rows) => ({
    lines: rows.map(
      (cluster) =>
        `${counted(cluster.tunnels.live, 'tunnel')} of ${cluster.name} close${cluster.tunnels.live === 1 ? 's' : ''}; ${counted(cluster.counts.apis, 'API')} can no longer be reached through the edge.`,
    ),
    steps: stepsFor(rows, name, async (cluster) => {
      await client.call(revokeClusterToken, { params: { workspace, cluster: cluster.id } });
    }),
  }),
});

export const clusterDelete = defineAction({
  id: 'clusters.delete',
  title: 'Delete clusters',
  button: 'Delete',
  done: 'deleted',
  permission: 'clusters.write',
  danger: 3,
  kind: clusters,
  takes: 'some',
  keys: ['D'],
  inputs: z.object({}),
  plan: ({ client, workspace }, rows) => ({
    lines: [
      ...rows.map(
        ({ name: label, counts }) =>
          `${label}: ${counted(counts.resources, 'resource')} and ${counted(counts.apis, 'API')} it reported are deleted here, its token is revoked and its tunnels close.`,
      ),
      'What runs in the cluster itself is not affected.',
    ],
    steps: stepsFor(rows, name, async (cluster) => {
      await client.call(deleteCluster, { params: { workspace, cluster: cluster.id } });
    }),
  }),
});
