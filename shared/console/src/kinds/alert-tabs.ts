import {
  EVERY,
  isStateMetric,
  listAlerts,
  stepOf,
  tryAlertRule,
  type Alert,
  type REQUEST_METRICS,
} from '@portolan/contract/alerts';
import { getMetrics, type Figures, type SERIES_KINDS } from '@portolan/contract/telemetry';
import { toned, type Block } from './block.ts';
import { counted, formatAge, formatNumber, formatTime, toneOf } from './format.ts';
import { sumFigures } from './sum-figures.ts';
import type { Session, Tab } from './kind.ts';
import { quoted } from './traces.ts';

const POINTS = 60;
const TRIED_DAYS = 7;
const TRIED_ROWS = 20;

type Watched = Pick<Alert, 'scope' | 'threshold'>;

/** The figure a rule watches, over sixty of the points it looks at, against its threshold. */
export function historyTab(watched: Watched): Tab {
  return {
    id: 'history',
    title: 'History',
    blocks: [],
    topics: ['metrics', 'alerts'],
    read: (session, signal) => history(session, watched, signal),
  };
}

async function history(
  session: Session,
  { scope, threshold }: Watched,
  signal?: AbortSignal,
): Promise<readonly Block[]> {
  const { metric } = threshold;
  if (isStateMetric(metric))
    return [
      { type: 'note', tone: 'dim', text: 'States are evaluated as they are now; they have no history.' },
    ];
  const { kind } = scope;
  const chart =
    metric === 'burnRate' || kind === 'workspace' || scope.name === EVERY
      ? []
      : await chartOf(session, { scope: { ...scope, kind }, threshold, metric }, signal);
  return [...chart, ...(await triedOn(session, { scope, threshold }, signal))];
}

type RequestMetric = (typeof REQUEST_METRICS)[number];

interface Charted extends Watched {
  readonly scope: Alert['scope'] & { readonly kind: (typeof SERIES_KINDS)[number] };
  readonly metric: RequestMetric;
}

async function chartOf(
  { client, workspace }: Session,
  { scope, threshold, metric }: Charted,
  signal?: AbortSignal,
): Promise<readonly Block[]> {
  const { step, seconds } = stepOf(threshold.timeRange);
  const { kind, namespace, name } = scope;
  const query = {
    kind,
    name,
    step,
    since: new Date(Date.now() - POINTS * seconds * 1000).toISOString(),
    ...(namespace === '' ? {} : { namespace }),
    ...(scope.cluster === null ? {} : { cluster: scope.cluster }),
  };
  const { series } = await client.call(getMetrics, { params: { workspace }, query }, signal);
  const values = valuesOf(
    series.flatMap((one) => one.points),
    metric,
    seconds,
  );
  const { above, value: limit } = threshold.condition;
  const beyond = values.filter((value) => (above ? value > limit : value < limit)).length;
  return [
    {
      type: 'spark',
      title: `${metric}, ${POINTS} points of ${step}`,
      values,
      caption: `last ${formatNumber(values.at(-1) ?? 0)}, highest ${formatNumber(Math.max(0, ...values))}`,
      axis: { from: `−${POINTS} × ${step}`, until: 'now', highest: formatNumber(Math.max(0, ...values)) },
    },
    {
      type: 'note',
      tone: beyond > 0 ? 'bad' : 'dim',
      text: `${beyond} of them ${above ? 'above' : 'below'} ${limit}; the rule fires at ${threshold.occurrence} within ${threshold.timeRange / 60} minutes.`,
    },
  ];
}

/** When the rule as it is now would have fired, from stored metrics. */
async function triedOn(
  { client, workspace }: Session,
  { scope: { kind, namespace, name, cluster }, threshold }: Watched,
  signal?: AbortSignal,
): Promise<readonly Block[]> {
  const body = { scope: { kind, namespace, name, cluster }, threshold, days: TRIED_DAYS };
  const { fired, evaluations, everySeconds } = await client.call(
    tryAlertRule,
    { params: { workspace }, body },
    signal,
  );
  const hours = Math.round((evaluations * everySeconds) / 3600);
  return [
    {
      type: 'table',
      title: `As it is now, it would have fired ${counted(fired.length, 'time')} in the last ${hours} h`,
      head: ['FROM', 'UNTIL', 'FOR', 'VALUE'],
      rows: fired
        .toReversed()
        .slice(0, TRIED_ROWS)
        .map(({ at, until, subject, value }) => [
          formatTime(at),
          until === null ? 'now' : formatTime(until),
          subject,
          formatNumber(value),
        ]),
      empty: 'Not once.',
    },
  ];
}

/** One value for each step, clusters together; a step without a point is zero. Percentiles are those of the merged histogram. */
function valuesOf(points: readonly Figures[], metric: RequestMetric, seconds: number) {
  const stepMs = seconds * 1000;
  const end = Math.floor(Date.now() / stepMs);
  const byStep = Map.groupBy(points, (point) => Math.floor(Date.parse(point.timestamp) / stepMs));
  return Array.from(
    { length: POINTS },
    (_, at) => sumFigures(byStep.get(end - POINTS + at) ?? [], seconds)?.[metric] ?? 0,
  );
}

/** Every time a rule fired. */
export function firedTab(rule: { readonly name: string }, now: number): Tab {
  return {
    id: 'fired',
    title: 'Fired',
    blocks: [],
    topics: ['alerts'],
    async read({ client, workspace }, signal) {
      const query = { filter: `rule=${quoted(rule.name)}`, limit: 100 };
      const { items } = await client.call(listAlerts, { params: { workspace }, query }, signal);
      return [
        {
          type: 'table',
          title: 'Alerts, newest first',
          head: ['FIRED', 'RESOLVED', 'LASTED', 'VALUE', 'STATE'],
          rows: items.map((one) => [
            formatTime(one.firedAt),
            formatTime(one.resolvedAt),
            formatAge(one.firedAt, one.resolvedAt === null ? now : Date.parse(one.resolvedAt)),
            one.value === null ? '–' : formatNumber(one.value),
            toned(toneOf(one.state), one.state),
          ]),
          empty: 'No alerts yet.',
        },
      ];
    },
  };
}
