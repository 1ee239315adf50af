import { listAlerts } from '@portolan/contract/alerts';
import { listAudit } from '@portolan/contract/audit';
import type { Client } from '@portolan/contract/client';
import { listLogs } from '@portolan/contract/telemetry';
import { targetOf } from './alert-words.ts';
import { toned, type Block } from './block.ts';
import { formatAge, formatNumber, formatTime, toneOf } from './format.ts';
import type { Tab } from './kind.ts';

const ROWS = 100;

/** A text as a value of a filter. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

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
          title: 'Newest first, of the last 24 hours',
          head: ['TIME', 'LEVEL', 'CLUSTER', 'WHAT'],
          rows: items.map((entry) => [
            formatTime(entry.time),
            toned(toneOf(entry.level), entry.level),
            entry.cluster,
            `${entry.event}: ${entry.message}`,
          ]),
          empty: 'No log entry of the last 24 hours names it.',
        },
      ];
    },
  };
}

/** Who changed an object, and when. */
export function auditTab(filter: string): Tab {
  return {
    id: 'audit',
    title: 'Audit',
    blocks: [],
    topics: ['audit'],
    async read({ client, workspace }, signal) {
      const query = { filter, limit: ROWS };
      const { items } = await client.call(listAudit, { params: { workspace }, query }, signal);
      return [
        {
          type: 'table',
          title: 'Newest first',
          head: ['TIME', 'WHO', 'FROM', 'DID', 'TO'],
          rows: items.map((event) => [
            formatTime(event.at),
            event.actor.name,
            event.origin,
            event.action,
            event.target.name,
          ]),
          empty: 'Nobody changed it through the platform.',
        },
      ];
    },
  };
}

interface Watched {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

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

async function alertsOf(
  { client, workspace }: { readonly client: Client; readonly workspace: string },
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
    title: 'Firing ones first',
    head: ['STATE', 'SEVERITY', 'RULE', 'WATCHES', 'VALUE', 'FIRED'],
    rows: found.map((alert) => [
      toned(toneOf(alert.state), alert.state),
      toned(toneOf(alert.severity), alert.severity),
      alert.rule.name,
      targetOf(alert.scope),
      alert.value === null ? '–' : formatNumber(alert.value),
      `${formatAge(alert.firedAt, now)} ago`,
    ]),
    empty: 'No rule that watches it has fired.',
  };
}
