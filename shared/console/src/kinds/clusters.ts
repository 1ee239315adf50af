import { ageColumn } from './age-column.ts';
import {
  getCluster,
  listClusters,
  listTunnels,
  type Cluster,
  type TunnelView,
} from '@portolan/contract/clusters';
import { listProblems, type ProblemView } from '@portolan/contract/resources';
import { PlatformError } from '@portolan/contract/client';
import { toned, type Block } from './block.ts';
import { counted, formatAge, formatLastSeen, formatMs, formatSeen, toneOf } from './format.ts';
import { commandsTab, objectsTab, syncTab } from './cluster-tabs.ts';
import type { Kind, Traces } from './kind.ts';
import { auditTab, logsTab } from './related-tabs.ts';
import { quoted } from './traces.ts';

interface ClusterParts {
  readonly tunnels: readonly TunnelView[];
  readonly problems: readonly ProblemView[];
}

/** Clusters and the agents in them. */
export const clusters: Kind<Cluster> = {
  name: 'clusters',
  singular: 'cluster',
  title: 'Clusters',
  aliases: ['cluster', 'agents', 'agent'],
  topics: ['clusters', 'tunnels', 'problems'],
  sort: 'name',
  pollMs: 5_000,
  empty: 'No clusters yet. Press n to enrol one; its agent token is shown once.',
  columns: [
    { id: 'name', title: 'CLUSTER', type: 'text', value: (row) => row.name, min: 10, max: 30 },
    {
      id: 'state',
      title: 'STATE',
      type: 'text',
      value: (row) => row.state,
      tone: (row) => toneOf(row.state),
    },
    {
      id: 'tunnels',
      title: 'TUNNELS',
      type: 'number',
      value: (row) => row.tunnels.live,
      text: (row) => `${row.tunnels.live}/${row.tunnels.wanted}`,
      tone: (row) => (row.tunnels.live < row.tunnels.wanted ? 'warn' : 'ok'),
      right: true,
    },
    { id: 'apis', title: 'APIS', type: 'number', value: (row) => row.counts.apis, right: true },
    {
      id: 'resources',
      drop: 5,
      title: 'RESOURCES',
      type: 'number',
      value: (row) => row.counts.resources,
      right: true,
    },
    {
      id: 'problems',
      title: 'PROBLEMS',
      type: 'number',
      value: (row) => row.counts.problems,
      tone: (row) => (row.counts.problems > 0 ? 'bad' : 'plain'),
      right: true,
    },
    {
      id: 'lag',
      drop: 4,
      title: 'LAG',
      type: 'number',
      value: (row) => row.revision.desired - (row.revision.applied ?? 0),
      text: lagText,
      tone: (row) => (row.revision.applied === row.revision.desired ? 'ok' : 'warn'),
      right: true,
    },
    { id: 'generation', drop: 7, title: 'GEN', type: 'text', value: (row) => row.generation, wide: true },
    { id: 'version', drop: 6, title: 'AGENT', type: 'text', value: (row) => row.agentVersion, max: 12 },
    {
      id: 'lastSeenAt',
      drop: 3,
      title: 'SEEN',
      type: 'time',
      value: (row) => row.lastSeenAt,
      text: (row, now) => formatSeen(row, now),
      right: true,
    },
    { id: 'source', title: 'SOURCE', type: 'text', value: (row) => row.source, wide: true, max: 50 },
    {
      id: 'nodes',
      title: 'NODES',
      type: 'number',
      value: (row) => row.counts.nodes,
      wide: true,
      right: true,
    },
    ageColumn('createdAt', 'AGE', (row) => row.createdAt, { drop: 7 }),
  ],
  id: (row) => row.id,
  label: (row) => row.name,
  fetch: ({ client, workspace }, query, signal) =>
    client.call(listClusters, { params: { workspace }, query }, signal),
  async find({ client, workspace }, name, signal) {
    try {
      return await client.call(getCluster, { params: { workspace, cluster: name } }, signal);
    } catch (error) {
      if (error instanceof PlatformError && error.code === 'not-found') return null;
      throw error;
    }
  },
  async load({ client, workspace }, row, signal): Promise<ClusterParts> {
    const [tunnels, problems] = await Promise.all([
      client.call(listTunnels, { params: { workspace }, query: { limit: 500 } }, signal),
      client.call(listProblems, { params: { workspace }, query: { limit: 500 } }, signal),
    ]);
    return {
      tunnels: tunnels.items.filter((tunnel) => tunnel.clusterId === row.id),
      problems: problems.items.filter((problem) => problem.clusterId === row.id),
    };
  },
  traces: clusterTraces,
  tabs(row, loaded, now) {
    const parts = loaded as ClusterParts | null;
    return [
      { id: 'status', title: 'Status', blocks: [status(row, now), tunnelTable(parts, now), notShared(row)] },
      syncTab(row),
      commandsTab(row),
      { id: 'problems', title: `Problems ${row.counts.problems}`, blocks: [problemTable(parts)] },
      objectsTab(row),
      logsTab(`cluster=${quoted(row.name)}`),
      auditTab(clusterTraces(row)),
    ];
  },
  inside: (row) => ({ kind: 'resources', filter: `cluster=${quoted(row.name)}` }),
};

function clusterTraces(row: Cluster): Traces {
  return {
    audit: `targetId=${quoted(row.id)}`,
    logs: `cluster=${quoted(row.name)}`,
    problems: { clusterId: row.id, name: null },
  };
}

function lagText(row: Cluster): string {
  return row.revision.applied === null ? '–' : String(row.revision.desired - row.revision.applied);
}

function status(row: Cluster, now: number): Block {
  const { desired, applied } = row.revision;
  return {
    type: 'fields',
    rows: [
      ['Cluster', row.name],
      ['State', toned(toneOf(row.state), row.state)],
      [
        'Agent',
        row.agentVersion ?? toned('warn', 'not connected yet: start it with the token of this cluster'),
      ],
      ['Source', row.source ?? '–'],
      ['Generation', row.generation],
      [
        'Tunnels',
        toned(
          row.tunnels.live < row.tunnels.wanted ? 'warn' : 'ok',
          `${row.tunnels.live} of ${row.tunnels.wanted} live`,
        ),
      ],
      [
        'Revision',
        applied === desired
          ? toned('ok', `${desired}, applied`)
          : toned('warn', `${desired} wanted, ${applied ?? 'none'} applied`),
      ],
      [
        'Serves',
        [
          counted(row.counts.apis, 'API'),
          counted(row.counts.gateways, 'gateway'),
          counted(row.counts.resources, 'resource'),
          ...(row.counts.nodes === 0 ? [] : [counted(row.counts.nodes, 'node')]),
        ].join(', '),
      ],
      ['Rate limits', row.distributedRateLimitAvailable === true ? 'shared by all gateways' : 'per gateway'],
      ['Last seen', formatLastSeen(row, now)],
      ['ID', toned('dim', row.id)],
    ],
  };
}

/** What is not shown because its agent does not report it. */
function notShared(row: Cluster): Block {
  return {
    type: 'table',
    title: 'Not reported by the agent (--share)',
    head: ['WHAT', 'WITH IT'],
    rows: row.notShared.map(({ title, purpose }) => [toned('warn', title), purpose]),
    empty:
      row.agentVersion === null
        ? 'not known before the agent has connected'
        : 'nothing: everything is reported',
  };
}

function tunnelTable(parts: ClusterParts | null, now: number): Block {
  return {
    type: 'table',
    title: 'Tunnels',
    head: ['BROKER', 'REGION', 'STATE', 'RTT', 'STREAMS', 'SINCE'],
    rows: (parts?.tunnels ?? []).map((tunnel) => [
      tunnel.brokerId,
      tunnel.region,
      toned(toneOf(tunnel.state), tunnel.state),
      formatMs(tunnel.rttMs),
      String(tunnel.streams),
      formatAge(tunnel.since, now),
    ]),
    empty: parts === null ? 'loading …' : 'none',
  };
}

function problemTable(parts: ClusterParts | null): Block {
  return {
    type: 'table',
    title: 'Problems',
    head: ['SEVERITY', 'OBJECT', 'FIELD', 'WHAT'],
    rows: (parts?.problems ?? []).map((problem) => [
      toned(toneOf(problem.severity), problem.severity),
      `${problem.kind ?? ''}/${problem.name ?? problem.file ?? ''}`,
      problem.field ?? '',
      problem.message,
    ]),
    empty: parts === null ? 'loading …' : 'none',
  };
}
