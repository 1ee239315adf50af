import { listScimTokens, type ScimToken } from '@portolan/contract/scim-tokens';
import { toned } from './block.ts';
import { formatAge, formatTime, formatUntil } from './format.ts';
import type { Kind } from './kind.ts';
import { auditTab } from './related-tabs.ts';
import { recordTraces } from './traces.ts';
import { wholeList } from './whole-list.ts';

/** Tokens with which identity providers provision users and groups by SCIM. */
export const scimTokens: Kind<ScimToken> = {
  name: 'scim-tokens',
  singular: 'scim-token',
  title: 'SCIM tokens',
  aliases: ['scim-token', 'scim'],
  topics: ['providers'],
  sort: 'name',
  pollMs: 60_000,
  empty: 'No SCIM tokens yet. Press n to create one for your identity provider.',
  columns: [
    { id: 'name', title: 'TOKEN', type: 'text', value: (row) => row.name, min: 10, max: 40 },
    { id: 'createdBy', title: 'CREATED BY', type: 'text', drop: 1, value: (row) => row.createdBy, max: 40 },
    {
      id: 'lastUsedAt',
      title: 'LAST USED',
      type: 'time',
      value: (row) => row.lastUsedAt,
      text: (row, now) => formatAge(row.lastUsedAt, now),
      right: true,
    },
    {
      id: 'expiresAt',
      title: 'EXPIRES',
      type: 'time',
      value: (row) => row.expiresAt,
      text: (row, now) => expiryText(row, now),
      right: true,
    },
    {
      id: 'createdAt',
      title: 'AGE',
      type: 'time',
      drop: 2,
      value: (row) => row.createdAt,
      text: (row, now) => formatAge(row.createdAt, now),
      right: true,
    },
  ],
  id: (row) => row.id,
  label: (row) => row.name,
  async fetch({ client, workspace }, query, signal) {
    const { items } = await client.call(listScimTokens, { params: { workspace } }, signal);
    return wholeList(scimTokens, items, query);
  },
  traces: (row) => recordTraces(row.id),
  tabs: (row, _loaded, now) => [
    {
      id: 'overview',
      title: 'Overview',
      blocks: [
        {
          type: 'fields',
          rows: [
            ['Name', row.name],
            ['Created', `${formatTime(row.createdAt)} (${formatAge(row.createdAt, now)} ago)`],
            ['Created by', row.createdBy],
            [
              'Last used',
              row.lastUsedAt === null
                ? toned('warn', 'never')
                : `${formatTime(row.lastUsedAt)} (${formatAge(row.lastUsedAt, now)} ago)`,
            ],
            ['Expires', expiryText(row, now)],
            ['ID', toned('dim', row.id)],
          ],
        },
      ],
    },
    auditTab(recordTraces(row.id)),
  ],
};

function expiryText({ expiresAt }: ScimToken, now: number): string {
  return expiresAt === null ? 'never' : formatUntil(expiresAt, now);
}
