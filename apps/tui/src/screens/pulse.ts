import { toned, type Cell, cellOf } from '@portolan/console/kinds/block';
import { alerts } from '@portolan/console/kinds/alerts';
import { apis } from '@portolan/console/kinds/apis';
import { brokers } from '@portolan/console/kinds/brokers';
import { clusters } from '@portolan/console/kinds/clusters';
import { formatMs, formatNumber, toneOf } from '@portolan/console/kinds/format';
import { groups } from '@portolan/console/kinds/groups';
import { keys } from '@portolan/console/kinds/keys';
import { lastMinutes } from '@portolan/console/kinds/minutes';
import type { Kind } from '@portolan/console/kinds/kind';
import { logs } from '@portolan/console/kinds/logs';
import { problems } from '@portolan/console/kinds/problems';
import { tunnels } from '@portolan/console/kinds/tunnels';
import { users } from '@portolan/console/kinds/users';
import { clock } from './bar-lines.ts';
import type { Body, Target } from './body.ts';
import { sparkline } from '../terminal/spark.ts';
import type { App } from '../state/app.ts';
import { scopeTerms, scopeText } from '@portolan/console/lists/scope';
import { listView, type PulseView } from '../state/views.ts';
import { stepsLeft } from './next-steps.ts';
import { clip, fit } from '../terminal/fit.ts';
import type { Tone } from '@portolan/console/tone';

export interface Card {
  readonly kind: Kind;
  readonly filter: string;
  readonly count: string;
  readonly parts: readonly Cell[];
}

/** What the home screen sums up; each card opens the list behind it. */
export function pulseCards(app: App): readonly Card[] {
  return [
    stateCard(app, apis, (row) => row.state),
    stateCard(app, clusters, (row) => row.state),
    stateCard(app, tunnels, (row) => row.state),
    stateCard(app, brokers, (row) => row.state),
    stateCard(app, problems, (row) => row.severity),
    stateCard(app, alerts, (row) => (row.state === 'firing' ? row.severity : row.state)),
    stateCard(app, users, (row) => row.state),
    plainCard(app, groups),
    stateCard(app, keys, (row) => row.state),
    plainCard(app, logs),
  ];
}

/** Returns the home screen: is everything well, and if not, where. */
export function pulseBody(
  app: App,
  view: PulseView,
  { width, height }: { width: number; height: number },
): Body {
  const { theme } = app.preferences;
  const cards = pulseCards(app);
  const rows = cards.map((card, at) => cardLine(app, card, at === view.cursor, width));
  const traffic = trafficLines(app, width);
  const scope = scopeText(app.navigation.scope);
  const only = scope === '' ? '' : theme.paint('warn', clip(`   Only ${scope} (S changes that)`, width));
  const lines = [only, ...traffic, '', ...rows, '', ...nextLines(app, width)];
  const targets: Target[] = lines.map(() => null);
  rows.forEach((_, at) => (targets[traffic.length + 2 + at] = { type: 'row', at }));
  const journal = app.history.journal.toReversed().slice(0, Math.max(0, height - lines.length - 2));
  if (journal.length > 0) {
    lines.push('', theme.paint('strong', '   Your last changes'));
    for (const entry of journal)
      lines.push(theme.paint('dim', clip(`   ${clock(entry.at)}  ${entry.result}`, width)));
  }
  return { lines, targets };
}

function stateCard<T>(app: App, kind: Kind<T>, stateOf: (row: T) => string): Card {
  const counts = new Map<string, number>();
  for (const row of rowsSeen(app, kind)) {
    // Rows of a kind's own store are of its type.
    const state = stateOf(row as T);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const parts = [...counts]
    .toSorted((a, b) => rankOf(toneOf(a[0])) - rankOf(toneOf(b[0])))
    .map(([state, count]) => toned(toneOf(state), `${glyphOf(app, toneOf(state))} ${count} ${state}`));
  return { kind, filter: '', count: countOf(app, kind), parts };
}

function plainCard(app: App, kind: Kind): Card {
  return { kind, filter: '', count: countOf(app, kind), parts: [] };
}

/** Returns the rows within the scope; all of them need no order to be counted. */
function rowsSeen(app: App, kind: Kind): readonly unknown[] {
  if (scopeTerms(app.navigation.scope, kind) === '') return app.lists.of(kind).rows;
  return app.navigation.rows(listView(kind)).rows;
}

function countOf(app: App, kind: Kind): string {
  const { status } = app.lists.of(kind);
  const isNarrowed = scopeTerms(app.navigation.scope, kind) !== '';
  if (status.readAt > 0) return formatNumber(isNarrowed ? rowsSeen(app, kind).length : status.total);
  return status.state === 'failed' ? '?' : '…';
}

function rankOf(tone: Tone): number {
  return ['bad', 'warn', 'ok'].indexOf(tone) + 1 || 9;
}

function glyphOf(app: App, tone: Tone): string {
  const { on, off, warn, bad } = app.preferences.theme.glyphs;
  return tone === 'bad' ? bad : tone === 'warn' ? warn : tone === 'ok' ? on : off;
}

function cardLine(app: App, card: Card, isHere: boolean, width: number): string {
  const { theme } = app.preferences;
  const { status } = app.lists.of(card.kind);
  const head = `${isHere ? theme.glyphs.cursor : ' '}  ${fit(card.kind.title, 12)}${fit(card.count, 6, 'right')}   `;
  const parts: readonly Cell[] =
    status.state === 'failed'
      ? [toned('bad', 'cannot be read; enter shows why')]
      : card.parts.length === 0 && status.readAt > 0 && status.total === 0
        ? [toned('dim', emptyWord(card.kind))]
        : card.parts;
  if (isHere)
    return theme.paint('selected', fit(head + parts.map((part) => cellOf(part).text).join('   '), width));
  return head + parts.map((part) => theme.paint(cellOf(part).tone, clip(cellOf(part).text, 40))).join('   ');
}

function emptyWord(kind: Kind): string {
  return kind.name === 'problems'
    ? 'none: everything found is served'
    : kind.name === 'alerts'
      ? 'none has fired'
      : kind.name === 'logs'
        ? 'quiet'
        : 'none yet';
}

function trafficLines(app: App, width: number): readonly string[] {
  const { theme } = app.preferences;
  const { points } = app.traffic;
  const title = theme.paint('strong', '   Traffic, last 30 minutes');
  if (points === null) return [title, theme.paint('dim', '   loading …')];
  if (points.length === 0)
    return [
      title,
      theme.paint('dim', clip('   No requests yet: call an API at an edge address (g b lists them).', width)),
    ];
  const minutes = lastMinutes(points, (point) => point.at, { now: app.now(), count: 30 });
  const last = minutes.at(-1);
  const rates = minutes.map((point) => (point ? point.requests / point.seconds : 0));
  const graph = sparkline(rates, Math.max(10, width - 60), theme.glyphs.spark);
  const errors = last ? last.errors / last.seconds : 0;
  const average = last && last.timeCount > 0 ? (last.timeSum / last.timeCount) * 1000 : null;
  return [
    title,
    `   ${theme.paint('accent', graph)}  ${theme.paint('plain', `${formatNumber(rates.at(-1) ?? 0)} requests/s`)}  ${theme.paint(errors > 0 ? 'bad' : 'dim', `${formatNumber(errors)} errors/s`)}  ${theme.paint('dim', `average ${formatMs(average)}`)}`,
  ];
}

/** Returns the way to the first call that succeeds, as long as it has not been gone. */
function nextLines(app: App, width: number): readonly string[] {
  const { theme } = app.preferences;
  const [next, ...later] = stepsLeft(app);
  if (!next) return [];
  const line = (mark: string, { text, keys }: { text: string; keys: string }) =>
    clip(`   ${mark}  ${text}  (${keys})`, width);
  return [
    theme.paint('strong', '   What to do next'),
    theme.paint('accent', line('n', next)),
    ...later.map((step) => theme.paint('dim', line(theme.glyphs.crumb, step))),
  ];
}
