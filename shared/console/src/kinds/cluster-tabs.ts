import { getClusterSync, type ClusterSync } from '@portolan/contract/changes';
import { listCommands } from '@portolan/contract/cluster-commands';
import type { Cluster } from '@portolan/contract/clusters';
import { listResources, type Resource } from '@portolan/contract/resources';
import { toned, type Block } from './block.ts';
import { formatOwner, formatTime, toneOf } from './format.ts';
import type { Tab } from './kind.ts';
import { quoted } from './traces.ts';

const ROWS = 500;
type SyncObject = ClusterSync['objects'][number];

/** What is wanted of a cluster, what it applied, and why the rest is not in force. */
export function syncTab(row: Pick<Cluster, 'id'>): Tab {
  return {
    id: 'sync',
    title: 'Sync',
    blocks: [],
    topics: ['clusters', 'resources', 'problems'],
    async read({ client, workspace }, signal) {
      const sync = await client.call(getClusterSync, { params: { workspace, cluster: row.id } }, signal);
      const { desired, applied } = sync.revision;
      return [
        {
          type: 'fields',
          rows: [
            ['Stands', toned(toneOf(sync.state), sync.state)],
            ['Revision', `${desired} wanted, ${applied ?? 'none'} applied`],
            ['Applied', formatTime(sync.appliedAt)],
            ['Last report', formatTime(sync.lastReportAt)],
            [
              'Objects',
              `${sync.counts.synced} synced, ${sync.counts.pending} pending, ${sync.counts.refused} refused`,
            ],
          ],
        },
        notInForce(sync.objects),
      ];
    },
  };
}

/** Commands that were sent to the agents of a cluster, and what became of them. */
export function commandsTab(row: Pick<Cluster, 'id'>): Tab {
  return {
    id: 'commands',
    title: 'Commands',
    blocks: [],
    topics: ['clusters'],
    async read({ client, workspace }, signal) {
      const { commands } = await client.call(
        listCommands,
        { params: { workspace, cluster: row.id } },
        signal,
      );
      return [
        {
          type: 'table',
          title: 'Commands',
          head: ['STATE', 'COMMAND', 'ROUTE', 'SENT', 'RESULT'],
          rows: commands.map((one) => [
            toned(toneOf(one.state), one.state),
            one.policy === null ? one.type : `${one.type} ${one.policy}`,
            one.target === null ? '–' : `${one.target.kind} ${one.target.namespace}/${one.target.name}`,
            formatTime(one.createdAt),
            one.message ?? (one.state === 'expired' ? 'no agent carried it out in time' : '–'),
          ]),
          empty: 'none in the last 30 days',
        },
      ];
    },
  };
}

/** Why one object is not in force as it is wanted. */
export function whyTab(row: Resource): Tab {
  return {
    id: 'why',
    title: 'Desired and applied',
    blocks: [],
    topics: ['clusters', 'resources', 'problems'],
    async read({ client, workspace }, signal) {
      const params = { workspace, cluster: row.clusterId };
      const sync = await client.call(getClusterSync, { params }, signal);
      return [notInForce(sync.objects.filter((one) => one.key === row.key))];
    },
  };
}

function notInForce(objects: readonly SyncObject[]): Block {
  return {
    type: 'table',
    title: 'Pending changes',
    head: ['STATE', 'OBJECT', 'OWNER', 'WHY'],
    rows: objects.map((one) => [
      toned(toneOf(one.state), one.state),
      `${one.kind} ${one.namespace === null ? '' : `${one.namespace}/`}${one.name}`,
      formatOwner(one.owner),
      one.reasons
        .map(({ field, message, fix }) =>
          [field === null ? message : `${field}: ${message}`, fix].filter(Boolean).join(' '),
        )
        .join(' ') || '–',
    ]),
    empty: 'All resources are applied.',
  };
}

/** Every object of a cluster, as the agent reported it. */
export function objectsTab(row: Cluster): Tab {
  return {
    id: 'objects',
    title: 'Objects',
    blocks: [],
    topics: ['resources'],
    async read({ client, workspace }, signal) {
      const query = { filter: `cluster=${quoted(row.name)}`, sort: 'kind', limit: ROWS };
      const page = await client.call(listResources, { params: { workspace }, query }, signal);
      return [
        {
          type: 'table',
          title: `Objects (${page.matched}); enter: list`,
          head: ['KIND', 'OBJECT', 'STATE', 'OWNER'],
          rows: page.items.map((one) => [
            one.kind,
            one.namespace === null ? one.name : `${one.namespace}/${one.name}`,
            toned(toneOf(one.state), one.state),
            formatOwner(one.owner),
          ]),
          empty: 'none: the agent has not reported any object',
        },
      ];
    },
  };
}
