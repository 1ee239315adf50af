import { ageColumn } from './age-column.ts';
import { listMembers, type Member } from '@portolan/contract/members';
import { PERMISSIONS, ROLE_PERMISSIONS } from '@portolan/contract/permissions';
import { toned } from './block.ts';
import { formatAge, formatTime } from './format.ts';
import type { Kind } from './kind.ts';
import { auditTab } from './related-tabs.ts';
import { quoted, recordTraces } from './traces.ts';

/** People who administer the workspace. */
export const members: Kind<Member> = {
  name: 'members',
  singular: 'member',
  title: 'Members',
  aliases: ['member'],
  topics: ['members'],
  sort: 'email',
  empty: 'No members.',
  columns: [
    { id: 'email', title: 'E-MAIL', type: 'text', value: (row) => row.email, min: 16, max: 44 },
    { id: 'name', title: 'NAME', type: 'text', value: (row) => row.name, min: 8, max: 28 },
    { id: 'role', title: 'ROLE', type: 'text', value: (row) => row.role },
    {
      id: 'secondFactor',
      title: '2ND FACTOR',
      type: 'text',
      drop: 1,
      value: (row) => (row.secondFactor ? 'on' : 'off'),
      tone: (row) => (row.secondFactor ? 'ok' : 'warn'),
    },
    ageColumn('createdAt', 'AGE', (row) => row.createdAt, { drop: 2 }),
  ],
  id: (row) => row.accountId,
  label: (row) => row.email,
  fetch: ({ client, workspace }, query, signal) =>
    client.call(listMembers, { params: { workspace }, query }, signal),
  traces: (row) => recordTraces(row.accountId),
  tabs: (row, _loaded, now) => [
    {
      id: 'overview',
      title: 'Overview',
      blocks: [
        {
          type: 'fields',
          rows: [
            ['E-mail', row.email],
            ['Name', row.name],
            ['Role', row.role],
            ['Second factor', row.secondFactor ? toned('ok', 'on') : toned('warn', 'off')],
            ['Member since', `${formatTime(row.createdAt)} (${formatAge(row.createdAt, now)} ago)`],
          ],
        },
        {
          type: 'table',
          title: 'Permissions of the role',
          head: ['RIGHT', ''],
          rows: PERMISSIONS.map((right) => [
            right,
            ROLE_PERMISSIONS[row.role].has(right) ? toned('ok', 'yes') : toned('dim', 'no'),
          ]),
          empty: 'nothing',
        },
      ],
    },
    {
      ...auditTab({ audit: `actor=${quoted(row.name)}` }),
      title: 'Activity',
    },
  ],
};
