import { ageColumn } from './age-column.ts';
import {
  getChangeSet,
  getClusterSync,
  listChangeSets,
  type ChangeSet,
  type PlannedChange,
} from '@portolan/contract/changes';
import { toned, type Block, type Cell } from './block.ts';
import { formatAge, formatTime, toneOf, formatObject } from './format.ts';
import type { Kind, Session } from './kind.ts';

/** What was changed together, from this platform, and whether it is in force. */
export const changes: Kind<ChangeSet> = {
  name: 'changes',
  singular: 'change',
  title: 'Changes',
  aliases: ['change', 'sync'],
  topics: ['resources'],
  sort: '-revision',
  empty: 'No changes yet. Edit an object with e, create one with n, or run `portolan apply -f FILE`.',
  columns: [
    { id: 'revision', title: 'REV', type: 'number', value: (row) => row.revision, right: true },
    { id: 'actor', title: 'ACTOR', type: 'text', value: (row) => row.actor.name, min: 12, max: 32 },
    {
      id: 'action',
      title: 'ACTION',
      type: 'text',
      value: (row) => row.action,
      text: actionText,
      min: 8,
      max: 20,
    },
    { id: 'cluster', title: 'CLUSTER', type: 'text', value: (row) => row.cluster.name, max: 18 },
    count('creates', '+NEW', 'create', 'ok'),
    count('updates', '~CHANGED', 'update', 'warn'),
    count('deletes', '-GONE', 'delete', 'bad'),
    {
      id: 'at',
      title: 'TIME',
      type: 'time',
      value: (row) => row.at,
      text: (row) => formatTime(row.at),
      min: 19,
      wide: true,
    },
    { id: 'origin', drop: 1, title: 'SOURCE', type: 'text', value: (row) => row.origin, max: 12 },
    ageColumn('age', 'AGE', (row) => row.at),
  ],
  id: (row) => String(row.revision),
  label: (row) => `revision ${row.revision}`,
  fetch: ({ client, workspace }, query, signal) =>
    client.call(listChangeSets, { params: { workspace }, query }, signal),
  tabs: (row, _loaded, now) => [
    {
      id: 'diff',
      title: 'Diff',
      blocks: [head(row, now)],
      // What was once changed stays what it was.
      topics: [],
      read: async (session, signal) => diffs(await changesOf(session, row, signal)),
    },
    {
      id: 'force',
      title: 'Desired and applied',
      blocks: [],
      topics: ['resources', 'problems', 'clusters'],
      read: (session, signal) => inForce(session, row, signal),
    },
  ],
};

function count(id: string, title: string, of: keyof ChangeSet['counts'], tone: 'ok' | 'warn' | 'bad') {
  return {
    id,
    title,
    type: 'number' as const,
    value: (row: ChangeSet) => row.counts[of],
    text: (row: ChangeSet) => (row.counts[of] === 0 ? '·' : String(row.counts[of])),
    tone: (row: ChangeSet) => (row.counts[of] === 0 ? ('dim' as const) : tone),
    right: true,
  };
}

function actionText(row: ChangeSet): string {
  return row.restored === null ? row.action : `${row.action} to ${row.restored}`;
}

function head(row: ChangeSet, now: number): Block {
  return {
    type: 'fields',
    rows: [
      ['Revision', String(row.revision)],
      ['Did', actionText(row)],
      ['Cluster', row.cluster.name],
      ['Who', `${row.actor.name} (${row.actor.kind}) from ${row.origin}`],
      ['When', `${formatTime(row.at)} (${formatAge(row.at, now)} ago)`],
    ],
  };
}

async function changesOf({ client, workspace }: Session, row: ChangeSet, signal?: AbortSignal) {
  const params = { workspace, revision: row.revision };
  return (await client.call(getChangeSet, { params }, signal)).changes;
}

type Diffed = Pick<PlannedChange, 'key' | 'change' | 'before' | 'after'>;
const SIGNS: Readonly<Record<Diffed['change'], Cell>> = {
  create: toned('ok', 'new'),
  update: toned('warn', 'changed'),
  delete: toned('bad', 'gone'),
  unchanged: toned('dim', 'unchanged'),
};

/** Each object under its name, with the lines that differ. */
async function diffs(changed: readonly Diffed[]): Promise<readonly Block[]> {
  const { diffObjects } = await import('./manifest-diff.ts');
  return changed
    .filter((one) => one.change !== 'unchanged')
    .map((one): Block => {
      const sign = SIGNS[one.change];
      return {
        type: 'cells',
        title: `${formatObject(one.key)}  ${typeof sign === 'string' ? sign : sign.text}`,
        lines: diffObjects(one.before, one.after),
        empty: 'no differences',
      };
    });
}

/** Where each object of a change stands on its cluster now. */
async function inForce(session: Session, row: ChangeSet, signal?: AbortSignal): Promise<readonly Block[]> {
  const { client, workspace } = session;
  const params = { workspace, cluster: row.cluster.id };
  const [changed, sync] = await Promise.all([
    changesOf(session, row, signal),
    client.call(getClusterSync, { params }, signal),
  ]);
  const open = new Map(sync.objects.map((one) => [one.key, one]));
  return [
    {
      type: 'fields',
      rows: [
        ['Cluster', toned(toneOf(sync.cluster.state), `${sync.cluster.name}, ${sync.cluster.state}`)],
        ['Stands', toned(sync.state === 'in-sync' ? 'ok' : 'warn', sync.state)],
        ['Last applied', formatTime(sync.appliedAt)],
      ],
    },
    {
      type: 'table',
      title: 'Current state of the changed objects',
      head: ['OBJECT', 'STANDS', 'WHY'],
      rows: changed.map(({ key, change }) => {
        const held = open.get(key);
        const isGone = change === 'delete' && held === undefined;
        const state = held?.state ?? (isGone ? 'deleted' : 'applied');
        const why = held?.reasons.map((one) => [one.message, one.fix].filter(Boolean).join(' ')).join(' ');
        return [key, toned(held ? toneOf(held.state) : 'ok', state), why ?? ''];
      }),
      empty: 'no objects',
    },
  ];
}
