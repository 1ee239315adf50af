import { listAlerts, stepOf, type Alert } from '@portolan/contract/alerts';
import { getMetrics, type Figures } from '@portolan/contract/telemetry';
import { toned, type Block } from './block.ts';
import { formatAge, formatNumber, formatTime, toneOf } from './format.ts';
import type { Session, Tab } from './kind.ts';
import { quoted } from './traces.ts';

const POINTS = 60;

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
  { client, workspace }: Session,
  { scope, threshold }: Watched,
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
    threshold.metric,
    seconds,
  );
  const { above, value: limit } = threshold.condition;
  const beyond = values.filter((value) => (above ? value > limit : value < limit)).length;
  return [
    {
      type: 'spark',
      title: `${threshold.metric}, ${POINTS} points of ${step}`,
      values,
      caption: `last ${formatNumber(values.at(-1) ?? 0)}, highest ${formatNumber(Math.max(0, ...values))}`,
    },
    {
      type: 'note',
      tone: beyond > 0 ? 'bad' : 'dim',
      text: `${beyond} of them ${above ? 'above' : 'below'} ${limit}; the rule fires at ${threshold.occurrence} within ${threshold.timeRange / 60} minutes.`,
    },
  ];
}

/** One value for each step, clusters together; a step without a point is zero. */
function valuesOf(points: readonly Figures[], metric: Alert['threshold']['metric'], seconds: number) {
  const stepMs = seconds * 1000;
  const end = Math.floor(Date.now() / stepMs);
  const byStep = Map.groupBy(points, (point) => Math.floor(Date.parse(point.timestamp) / stepMs));
  return Array.from({ length: POINTS }, (_, at) => {
    const held = (byStep.get(end - POINTS + at) ?? []).map((point) => point[metric] ?? 0);
    const sum = held.reduce((total, one) => total + one, 0);
    // A time is a mean over clusters; rates add up.
    return metric === 'averageResponseTime' && held.length > 0 ? sum / held.length : sum;
  });
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
