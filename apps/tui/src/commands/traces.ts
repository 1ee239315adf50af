import { toned, type Block, type Cell } from '@portolan/console/kinds/block';
import { formatNumber, formatTime, inText, toneOf } from '@portolan/console/kinds/format';
import type { Kind, Session, Traces } from '@portolan/console/kinds/kind';
import { logs } from '@portolan/console/kinds/logs';
import { alertsOf, pastOf } from '@portolan/console/kinds/related-tabs';
import { quoted } from '@portolan/console/kinds/traces';
import { listProblems } from '@portolan/contract/resources';
import { explain } from '@portolan/console/failure';
import type { App, Command } from '../state/app.ts';

/** What is known about the object one is at, from everywhere. */
export const traceCommands: readonly Command[] = [
  {
    id: 'logs.here',
    title: 'Logs of this object',
    keys: ['L'],
    where: 'item',
    permission: 'logs.read',
    danger: 0,
    disabled: needsObject,
    run(app) {
      const here = objectHere(app);
      if (here) app.navigation.openList(logs, here.traces.logs ?? quoted(here.label));
    },
  },
  {
    id: 'timeline',
    title: 'Timeline: changes, alerts and problems of this object',
    keys: ['T'],
    where: 'item',
    danger: 0,
    disabled: needsObject,
    async run(app) {
      const here = objectHere(app);
      if (!here) return;
      const blocks = await timeline(app.session, here.traces);
      const title = `Timeline of ${inText(here.kind.singular)} ${here.label}`;
      app.navigation.open({ type: 'page', name: 'text', title, scroll: 0, blocks });
    },
  },
];

interface Here {
  readonly kind: Kind;
  readonly label: string;
  readonly traces: Traces;
}

function needsObject(app: App): string | null {
  return objectHere(app) === null ? 'there is nothing here to look for' : null;
}

function objectHere(app: App): Here | null {
  const { view } = app.navigation;
  if (view.type !== 'list' && view.type !== 'detail') return null;
  const { kind } = view;
  const [row] = app.navigation.targets(kind);
  if (row === undefined) return null;
  const label = kind.label(row);
  return { kind, label, traces: kind.traces?.(row) ?? { audit: `target:${quoted(label)}` } };
}

interface Moment {
  readonly at: string;
  readonly what: Cell;
  readonly who: string;
  readonly text: string;
}

/** Everything in one order of time; a source that may not be read is named instead. */
async function timeline(session: Session, traces: Traces): Promise<readonly Block[]> {
  const sources: readonly (readonly [string, Promise<readonly Moment[]>])[] = [
    ['Changes', changed(session, traces)],
    ['Alerts', alerted(session, traces)],
    ['Problems', troubled(session, traces)],
  ];
  const found = await Promise.allSettled(sources.map(([, reading]) => reading));
  const moments = found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  const missing = found.flatMap((one, at): Block[] => {
    if (one.status === 'fulfilled') return [];
    const text = `${sources[at]?.[0] ?? ''} are not here: ${explain(one.reason).message}`;
    return [{ type: 'note', tone: 'warn', text }];
  });
  return [
    {
      type: 'table',
      title: 'Newest first',
      head: ['TIME', 'ACTION', 'ACTOR', ''],
      rows: moments
        .toSorted((a, b) => b.at.localeCompare(a.at))
        .map((one) => [formatTime(one.at), one.what, one.who, one.text]),
      empty: 'Nothing has happened to it that the platform knows of.',
    },
    ...missing,
  ];
}

async function changed(session: Session, traces: Traces): Promise<readonly Moment[]> {
  const events = await pastOf(session, traces);
  return events.map((one) => ({ ...one, what: 'change', text: `${one.did} ${one.to}, from ${one.from}` }));
}

async function alerted(session: Session, { alerts }: Traces): Promise<readonly Moment[]> {
  if (alerts === undefined) return [];
  const found = await alertsOf(session, alerts);
  return found.flatMap(({ rule, severity, value, firedAt, resolvedAt }) => {
    const moment = (at: string, what: Cell, text: string) => ({ at, what, who: rule.name, text });
    const figure = value === null ? '' : ` at ${formatNumber(value)}`;
    return [
      moment(firedAt, toned('bad', 'alert'), `${severity} alert fired${figure}`),
      ...(resolvedAt === null ? [] : [moment(resolvedAt, toned('ok', 'alert'), 'resolved')]),
    ];
  });
}

async function troubled({ client, workspace }: Session, { problems }: Traces): Promise<readonly Moment[]> {
  if (problems === undefined) return [];
  const { items } = await client.call(listProblems, { params: { workspace }, query: { limit: 500 } });
  const isMeant = (one: (typeof items)[number]) =>
    one.clusterId === problems.clusterId && (problems.name === null || one.name === problems.name);
  return items.filter(isMeant).map((one) => ({
    at: one.since,
    what: toned(toneOf(one.severity), 'problem'),
    who: one.cluster,
    text: [one.field === null ? one.message : `${one.field}: ${one.message}`, one.fix]
      .filter(Boolean)
      .join('; '),
  }));
}
