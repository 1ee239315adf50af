import {
  createCluster,
  deleteCluster,
  revokeClusterToken,
  rotateClusterToken,
} from '@portolan/contract/clusters';
import type { Command } from '../../commands/command.ts';
import { clusters } from '@portolan/console/kinds/clusters';
import { Form } from '../../overlays/form.ts';
import { Notice } from '../../overlays/notice.ts';
import type { App } from '../../store/app.ts';

const KINDS = ['clusters'];
const takesOne = (app: App) => (app.targets(clusters).length === 1 ? null : 'it takes one cluster');

/** Enrolling clusters, and their agents' tokens. */
export const clusterCommands: readonly Command[] = [
  {
    id: 'clusters.new',
    title: 'Enrol a cluster',
    keys: ['n'],
    where: 'item',
    kinds: KINDS,
    permission: 'clusters.write',
    hint: 'enrol',
    danger: 0,
    run(app) {
      app.openOverlay(
        new Form({
          title: 'Enrol a cluster',
          action: 'enrol; the agent token is shown once',
          fields: [{ name: 'name', label: 'Name', hint: 'such as prod-eu' }],
          async submit({ name = '' }) {
            const { client, workspace } = app.session;
            const made = await client.call(createCluster, { params: { workspace }, body: { name } });
            app.closeOverlay();
            await app.showMade(clusters, made.id);
            app.did({
              what: 'Enrol a cluster',
              object: made.name,
              result: `Cluster ${made.name} is enrolled.`,
            });
            showToken(app, made.name, made.token);
          },
        }),
      );
    },
  },
  {
    id: 'clusters.rotate',
    title: 'New agent token for the cluster',
    keys: ['N'],
    where: 'item',
    kinds: KINDS,
    permission: 'clusters.write',
    danger: 2,
    disabled: takesOne,
    plan(app) {
      const [cluster] = app.targets(clusters);
      if (!cluster) return null;
      const { client, workspace } = app.session;
      return {
        title: `New token for ${cluster.name}`,
        action: 'Replace',
        object: cluster.name,
        lines: [
          'The old token stops working at once and its tunnels close.',
          'The gateway goes on serving; give the agent the new token to connect again.',
        ],
        async run() {
          const { token } = await client.call(rotateClusterToken, {
            params: { workspace, cluster: cluster.id },
          });
          showToken(app, cluster.name, token);
          return `The token of ${cluster.name} is replaced.`;
        },
      };
    },
  },
  {
    id: 'clusters.revoke',
    title: 'Revoke the agent token',
    keys: [],
    where: 'item',
    kinds: KINDS,
    permission: 'clusters.write',
    danger: 3,
    disabled: takesOne,
    plan(app) {
      const [cluster] = app.targets(clusters);
      if (!cluster) return null;
      const { client, workspace } = app.session;
      return {
        title: `Revoke the token of ${cluster.name}`,
        action: 'Revoke',
        typed: app.confirmWord(cluster.name),
        object: cluster.name,
        lines: [
          `${cluster.tunnels.live} tunnels close; ${cluster.counts.apis} APIs are no longer reachable through the edge.`,
        ],
        async run() {
          await client.call(revokeClusterToken, { params: { workspace, cluster: cluster.id } });
          return `The token of ${cluster.name} is revoked.`;
        },
      };
    },
  },
  {
    id: 'clusters.delete',
    title: 'Remove the cluster',
    keys: ['D'],
    where: 'item',
    kinds: KINDS,
    permission: 'clusters.write',
    danger: 3,
    disabled: takesOne,
    plan(app) {
      const [cluster] = app.targets(clusters);
      if (!cluster) return null;
      const { client, workspace } = app.session;
      return {
        title: `Remove ${cluster.name}`,
        action: 'Remove',
        typed: app.confirmWord(cluster.name),
        object: cluster.name,
        lines: [
          `${cluster.counts.resources} resources and ${cluster.counts.apis} APIs it reported are forgotten, its token is revoked and its tunnels close.`,
          'What runs in the cluster itself is not touched.',
        ],
        async run() {
          await client.call(deleteCluster, { params: { workspace, cluster: cluster.id } });
          return `Cluster ${cluster.name} is removed.`;
        },
      };
    },
  },
];

function showToken(app: App, name: string, token: string): void {
  app.openOverlay(
    new Notice(
      `Agent token of ${name}`,
      [
        {
          type: 'note',
          tone: 'warn',
          text: 'Copy it now: it is shown this once. Start the agent with it in PORTOLAN_TOKEN.',
        },
      ],
      { secret: token, now: app.now },
    ),
  );
}
