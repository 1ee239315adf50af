import { listAlertReceivers, type AlertReceiver } from '@portolan/contract/alert-receivers';
import { toned } from './block.ts';
import { formatAge, formatTime } from './format.ts';
import type { Kind } from './kind.ts';
import { auditTab } from './related.ts';
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
  empty: 'Nobody is told of alerts yet. Press n to name a webhook or a mail address.',
  columns: [
    { id: 'name', title: 'RECEIVER', type: 'text', value: (row) => row.name, min: 10, max: 30 },
    { id: 'kind', title: 'BY', type: 'text', value: (row) => row.target.kind },
    { id: 'to', title: 'TO', type: 'text', value: addressOf, min: 12, max: 48 },
    { id: 'minSeverity', title: 'FROM', type: 'text', value: (row) => row.minSeverity },
    {
      id: 'waiting',
      title: 'WAITING',
      type: 'number',
      value: (row) => row.waiting,
      tone: (row) => (row.waiting > 0 ? 'warn' : 'plain'),
      right: true,
    },
    {
      id: 'lastDeliveredAt',
      title: 'TOLD',
      type: 'time',
      drop: 1,
      value: (row) => row.lastDeliveredAt,
      text: (row, now) => formatAge(row.lastDeliveredAt, now),
      right: true,
    },
    {
      id: 'lastError',
      title: 'TROUBLE',
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
            ['Told by', row.target.kind],
            ['To', addressOf(row)],
            ['Told of', `alerts that are ${row.minSeverity} or worse, when they fire and when they are over`],
            ['Waiting', row.waiting === 0 ? 'nothing' : toned('warn', String(row.waiting))],
            [
              'Last told',
              row.lastDeliveredAt === null
                ? 'never'
                : `${formatTime(row.lastDeliveredAt)} (${formatAge(row.lastDeliveredAt, now)} ago)`,
            ],
            ['Trouble', row.lastError === null ? toned('ok', 'none') : toned('bad', row.lastError)],
            ['Since', formatTime(row.createdAt)],
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
