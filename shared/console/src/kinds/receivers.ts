import { ageColumn } from './age-column.ts';
import { listAlertReceivers, type AlertReceiver } from '@portolan/contract/alert-receivers';
import { toned } from './block.ts';
import { formatAge, formatTime } from './format.ts';
import type { Kind } from './kind.ts';
import { auditTab } from './related-tabs.ts';
import { recordTraces } from './traces.ts';
import { wholeList } from './whole-list.ts';

/** Who is told when an alert fires and when it is over. */
export const receivers: Kind<AlertReceiver> = {
  name: 'receivers',
  singular: 'receiver',
  title: 'Alert receivers',
  aliases: ['receiver', 'alert-receivers', 'alert-receiver'],
  topics: ['alerts'],
  sort: 'name',
  empty: 'No alert receivers yet. Press n to add a webhook or e-mail address.',
  columns: [
    { id: 'name', title: 'RECEIVER', type: 'text', value: (row) => row.name, min: 10, max: 30 },
    { id: 'kind', title: 'TYPE', type: 'text', value: (row) => row.target.kind },
    { id: 'to', title: 'TARGET', type: 'text', value: addressOf, min: 12, max: 48 },
    { id: 'minSeverity', title: 'MIN SEVERITY', type: 'text', value: (row) => row.minSeverity },
    {
      id: 'waiting',
      title: 'WAITING',
      type: 'number',
      value: (row) => row.waiting,
      tone: (row) => (row.waiting > 0 ? 'warn' : 'plain'),
      right: true,
    },
    ageColumn('lastDeliveredAt', 'LAST SENT', (row) => row.lastDeliveredAt, { drop: 1 }),
    {
      id: 'lastError',
      title: 'LAST ERROR',
      type: 'text',
      drop: 2,
      value: (row) => row.lastError ?? '',
      tone: () => 'bad',
      max: 40,
    },
  ],
  id: (row) => row.id,
  label: (row) => row.name,
  async fetch({ client, workspace }, query, signal) {
    const { items } = await client.call(listAlertReceivers, { params: { workspace } }, signal);
    return wholeList(receivers, items, query);
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
            ['Receiver', row.name],
            ['Type', row.target.kind],
            ['Target', addressOf(row)],
            ['Minimum severity', row.minSeverity],
            ['Waiting', row.waiting === 0 ? '0' : toned('warn', String(row.waiting))],
            [
              'Last sent',
              row.lastDeliveredAt === null
                ? 'never'
                : `${formatTime(row.lastDeliveredAt)} (${formatAge(row.lastDeliveredAt, now)} ago)`,
            ],
            ['Last error', row.lastError === null ? toned('ok', 'none') : toned('bad', row.lastError)],
            ['Created', formatTime(row.createdAt)],
          ],
        },
      ],
    },
    auditTab(recordTraces(row.id)),
  ],
};

function addressOf({ target }: AlertReceiver): string {
  return target.kind === 'mail' ? target.email : target.url;
}
