import { ageColumn } from './age-column.ts';
import { objectCopies } from './copies.ts';
import { listResources, type Resource } from '@portolan/contract/resources';
import { toned } from './block.ts';
import { formatAge, formatOwner, formatTime, toneOf } from './format.ts';
import { whyTab } from './cluster-tabs.ts';
import type { Kind } from './kind.ts';
import { auditTab } from './related-tabs.ts';
import { objectTraces } from './traces.ts';
import { manifestTab } from './manifest-tab.ts';

/** Every Kubernetes object the agents report. */
export const resources: Kind<Resource> = {
  name: 'resources',
  singular: 'resource',
  title: 'Resources',
  aliases: ['resource', 'all'],
  topics: ['resources'],
  sort: 'kind',
  empty: 'No resources yet: no agent has reported any.',
  columns: [
    { id: 'kind', title: 'KIND', type: 'text', value: (row) => row.kind, min: 8, max: 22 },
    { id: 'namespace', drop: 2, title: 'NAMESPACE', type: 'text', value: (row) => row.namespace, max: 18 },
    { id: 'name', title: 'NAME', type: 'text', value: (row) => row.name, min: 12, max: 40 },
    { id: 'cluster', drop: 4, title: 'CLUSTER', type: 'text', value: (row) => row.cluster, max: 16 },
    { id: 'state', title: 'SYNC', type: 'text', value: (row) => row.state, tone: (row) => toneOf(row.state) },
    { id: 'owner', drop: 5, title: 'OWNER', type: 'text', value: (row) => formatOwner(row.owner), max: 36 },
    {
      id: 'apiVersion',
      title: 'API VERSION',
      type: 'text',
      value: (row) => row.apiVersion,
      wide: true,
      max: 30,
    },
    { id: 'url', title: 'URL', type: 'text', value: (row) => row.urls, wide: true, max: 60 },
    ageColumn('updatedAt', 'AGE', (row) => row.updatedAt, { drop: 6 }),
  ],
  id: (row) => `${row.clusterId}/${row.key}`,
  label: (row) => row.name,
  fetch: ({ client, workspace }, query, signal) =>
    client.call(listResources, { params: { workspace }, query }, signal),
  copies: objectCopies,
  traces: objectTraces,
  tabs: (row, _loaded, now) => [
    {
      id: 'overview',
      title: 'Overview',
      blocks: [
        {
          type: 'fields',
          rows: [
            ['Kind', `${row.kind} (${row.apiVersion})`],
            ['Name', row.namespace === null ? row.name : `${row.namespace}/${row.name}`],
            ['Cluster', row.cluster],
            ['State', toned(toneOf(row.state), row.state)],
            ['Owner', formatOwner(row.owner)],
            ['Revision', String(row.revision)],
            [
              'Labels',
              Object.entries(row.labels)
                .map(([key, value]) => `${key}=${value}`)
                .join(', ') || '–',
            ],
            ['Changed', `${formatTime(row.updatedAt)} (${formatAge(row.updatedAt, now)} ago)`],
          ],
        },
        {
          type: 'table',
          title: 'Public addresses',
          head: ['URL'],
          rows: row.urls.map((url) => [url]),
          empty: 'none',
        },
      ],
    },
    ...(row.state === 'synced' ? [] : [whyTab(row)]),
    auditTab(objectTraces(row)),
    manifestTab(row),
  ],
};
