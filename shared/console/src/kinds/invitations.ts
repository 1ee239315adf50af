import { ageColumn } from './age-column.ts';
import { listInvitations, type Invitation } from '@portolan/contract/members';
import { formatAge, formatTime, formatUntil } from './format.ts';
import type { Kind } from './kind.ts';
import { auditTab } from './related-tabs.ts';
import { recordTraces } from './traces.ts';

/** People who were asked to administer the workspace and have not answered. */
export const invitations: Kind<Invitation> = {
  name: 'invitations',
  singular: 'invitation',
  title: 'Invitations',
  aliases: ['invitation', 'invites'],
  topics: ['members'],
  sort: '-createdAt',
  empty: 'No open invitations. Press n to invite someone.',
  columns: [
    { id: 'email', title: 'E-MAIL', type: 'text', value: (row) => row.email, min: 16, max: 44 },
    { id: 'role', title: 'ROLE', type: 'text', value: (row) => row.role },
    { id: 'invitedBy', title: 'INVITED BY', type: 'text', drop: 2, value: (row) => row.invitedBy, max: 32 },
    {
      id: 'expiresAt',
      title: 'EXPIRES',
      type: 'time',
      value: (row) => row.expiresAt,
      text: (row, now) => formatUntil(row.expiresAt, now),
      right: true,
    },
    ageColumn('createdAt', 'AGE', (row) => row.createdAt, { drop: 1 }),
  ],
  id: (row) => row.id,
  label: (row) => row.email,
  fetch: ({ client, workspace }, query, signal) =>
    client.call(listInvitations, { params: { workspace }, query }, signal),
  traces: (row) => recordTraces(row.id),
  tabs: (row, _loaded, now) => [
    {
      id: 'overview',
      title: 'Overview',
      blocks: [
        {
          type: 'fields',
          rows: [
            ['E-mail', row.email],
            ['Role', row.role],
            ['Invited by', row.invitedBy],
            ['Invited', `${formatTime(row.createdAt)} (${formatAge(row.createdAt, now)} ago)`],
            ['Expires', `${formatTime(row.expiresAt)} (${formatUntil(row.expiresAt, now)})`],
          ],
        },
        {
          type: 'note',
          tone: 'dim',
          text: 'The link was shown once. Invite again for a new link; the old one stops working.',
        },
      ],
    },
    auditTab(recordTraces(row.id)),
  ],
};
