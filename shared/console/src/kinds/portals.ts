import { listPortals, type Portal } from '@portolan/contract/portals';
import { toned } from './block.ts';
import { counted } from './format.ts';
import type { Kind } from './kind.ts';
import { wholeList } from './whole-list.ts';

/** Web sites on which users find APIs, try them and manage their keys. */
export const portals: Kind<Portal> = {
  name: 'portals',
  singular: 'portal',
  title: 'API portals',
  aliases: ['portal', 'apiportals', 'apiportal'],
  topics: ['resources', 'domains'],
  sort: 'name',
  empty: 'No portals yet: create an APIPortal that names an APIGateway.',
  columns: [
    { id: 'name', title: 'PORTAL', type: 'text', value: nameOf, min: 10, max: 40 },
    { id: 'title', title: 'TITLE', type: 'text', value: (row) => row.title, max: 40, drop: 3 },
    { id: 'url', title: 'ADDRESS', type: 'text', value: (row) => row.urls[0] ?? null, max: 60 },
    { id: 'apis', title: 'APIS', type: 'number', value: (row) => row.apis, right: true },
    {
      id: 'problems',
      title: 'PROBLEMS',
      type: 'number',
      value: (row) => row.problems,
      tone: (row) => (row.problems > 0 ? 'warn' : 'dim'),
      right: true,
    },
    { id: 'cluster', title: 'CLUSTER', type: 'text', value: (row) => row.cluster, max: 24, drop: 2 },
  ],
  id: (row) => `${row.cluster} ${nameOf(row)}`,
  label: nameOf,
  isNamed: (row, name) => row.name === name,
  async fetch({ client, workspace }, query, signal) {
    const { items } = await client.call(listPortals, { params: { workspace } }, signal);
    return wholeList(portals, items, query);
  },
  tabs: (row) => [
    {
      id: 'overview',
      title: 'Overview',
      blocks: [
        {
          type: 'fields',
          rows: [
            ['Portal', nameOf(row)],
            ['Title', row.title || '–'],
            ['Addresses', row.urls.length === 0 ? toned('warn', 'none yet') : row.urls.join('  ')],
            ['Shows', `${counted(row.apis, 'API')}, to each user those that they may use`],
            [
              'Problems',
              row.problems === 0
                ? 'none'
                : toned('warn', `${row.problems}; see Problems, object ${row.name}`),
            ],
            ['Cluster', row.cluster],
          ],
        },
      ],
    },
  ],
};

function nameOf({ name, namespace }: Portal): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}
