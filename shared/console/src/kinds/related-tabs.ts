import { listAlerts } from '@portolan/contract/alerts';
import { listAudit } from '@portolan/contract/audit';
import { listChangeSets } from '@portolan/contract/changes';
import { listLogs } from '@portolan/contract/telemetry';
import { targetOf } from './alert-conditions.ts';
import { toned, type Block } from './block.ts';
import { formatAge, formatNumber, formatTime, toneOf } from './format.ts';
import type { Session, Tab, Traces } from './kind.ts';

const ROWS = 100;

/** What the agents logged about an object. */
export function logsTab(filter: string): Tab {
  return {
    id: 'logs',
    title: 'Logs',
    blocks: [],
    topics: ['logs'],
    async read({ client, workspace }, signal) {
      const query = { filter, limit: ROWS };
      const { items } = await client.call(listLogs, { params: { workspace }, query }, signal);
      return [
        {
          type: 'table',
          title: 'Last 24 hours, newest first',
          head: ['TIME', 'LEVEL', 'CLUSTER', 'WHAT'],
          rows: items.map((entry) => [
            formatTime(entry.time),
            toned(toneOf(entry.level), entry.level),
            entry.cluster,
            `${entry.event}: ${entry.message}`,
          ]),
          empty: 'No log entries for it in the last 24 hours.',
        },
      ];
    },
  };
}

/** Who changed an object, and when: by the change-sets it was in, or by the audit. */
export function auditTab(traces: Traces): Tab {
  return {
    id: 'audit',
    title: 'Audit',
    blocks: [],
    topics: ['audit', 'resources'],
    async read(session, signal) {
      const events = await pastOf(session, traces, signal);
      return [
        {
          type: 'table',
          title: 'Newest first',
          head: ['TIME', 'ACTOR', 'SOURCE', 'ACTION', 'TARGET'],
          rows: events.map((event) => [formatTime(event.at), event.who, event.from, event.did, event.to]),
          empty: 'No changes through the platform.',
        },
      ];
    },
  };
}

interface PastEvent {
  readonly at: string;
  readonly who: string;
  readonly from: string;
  readonly did: string;
  readonly to: string;
}

/** What was done to an object, newest first. */
export async function pastOf(
  { client, workspace }: Session,
  traces: Traces,
  signal?: AbortSignal,
): Promise<readonly PastEvent[]> {
  const params = { workspace };
  const [events, sets] = await Promise.all([
    traces.audit === undefined
      ? []
      : client
          .call(listAudit, { params, query: { filter: traces.audit, limit: ROWS } }, signal)
          .then((page) => page.items),
    traces.changes === undefined
      ? []
      : client
          .call(listChangeSets, { params, query: { filter: traces.changes, limit: ROWS } }, signal)
          .then((page) => page.items),
  ]);
  return [
    ...events.map((one) => ({
      at: one.at,
      who: one.actor.name,
      from: one.origin,
      did: one.action,
      to: one.target.name,
    })),
    ...sets.map((one) => ({
      at: one.at,
      who: one.actor.name,
      from: one.origin,
      did: one.restored === null ? one.action : `${one.action} to ${one.restored}`,
      to: `revision ${one.revision} of ${one.cluster.name}`,
    })),
  ].toSorted((a, b) => b.at.localeCompare(a.at));
}

type Watched = NonNullable<Traces['alerts']>;

/** Alerts about an object, those that fire still first. */
export function alertsTab(watched: Watched, now: number): Tab {
  return {
    id: 'alerts',
    title: 'Alerts',
    blocks: [],
    topics: ['alerts'],
    read: async (session, signal) => [alertTable(await alertsOf(session, watched, signal), now)],
  };
}

/** Alerts about an object. */
export async function alertsOf(
  { client, workspace }: Session,
  { kind, namespace, name }: Watched,
  signal?: AbortSignal,
) {
  const { items } = await client.call(listAlerts, { params: { workspace }, query: { limit: 500 } }, signal);
  return items.filter(
    ({ scope }) => scope.kind === kind && scope.namespace === namespace && scope.name === name,
  );
}

function alertTable(found: Awaited<ReturnType<typeof alertsOf>>, now: number): Block {
  return {
    type: 'table',
    title: 'Alerts, firing first',
    head: ['STATE', 'SEVERITY', 'RULE', 'WATCHES', 'VALUE', 'FIRED'],
    rows: found.map((alert) => [
      toned(toneOf(alert.state), alert.state),
      toned(toneOf(alert.severity), alert.severity),
      alert.rule.name,
      targetOf(alert.scope),
      alert.value === null ? '–' : formatNumber(alert.value),
      `${formatAge(alert.firedAt, now)} ago`,
    ]),
    empty: 'No alerts.',
  };
}
