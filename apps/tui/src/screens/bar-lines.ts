import { whyNot } from '../state/why-not.ts';
import type { App } from '../state/app.ts';
import type { View } from '../state/views.ts';
import { currentView } from '../state/views.ts';
import { clip, fit, widthOf, wrap } from '../terminal/fit.ts';
import type { Theme } from '../terminal/theme.ts';
import { prefixLines } from './prefix-lines.ts';

const LINES_MAX = 3;

/** Where one is and as whom, whether one may write, and how fresh what is seen is. */
export function topLine(app: App, width: number): string {
  const { theme } = app.preferences;
  const { contextName, isProduction } = app.options;
  const badge = isProduction ? ` ${theme.glyphs.warn} PROD ` : ' portolan ';
  const mode = app.connection.gate.isWritable ? 'rw' : 'READ-ONLY';
  const { account, workspace } = app.session;
  const who = app.connection.opening ? contextName : `${contextName} · ${account.email}@${workspace}`;
  const { text: fresh, tone } = freshness(app);
  const crumbs = crumbsOf(app.navigation.view, theme);
  const pause = app.connection.isPaused ? 'PAUSED ' : '';
  // Without seconds: they would wake the terminal, and the line to it, every second of an idle night.
  const right = `${clock(app.now()).slice(0, 5)} ${fresh} `;
  const room = width - widthOf(badge) - widthOf(mode) - widthOf(pause) - widthOf(right) - 8;
  const crumbRoom = Math.min(widthOf(crumbs), Math.max(12, Math.floor(room * 0.6)));
  const whoRoom = Math.max(0, room - crumbRoom);
  return [
    theme.paint(isProduction ? 'production' : 'selected', badge),
    ' ',
    theme.paint('dim', fit(clip(who, whoRoom), Math.min(whoRoom, widthOf(who)))),
    theme.paint('dim', ' · '),
    theme.paint(app.connection.gate.isWritable ? 'ok' : 'warn', mode),
    '  ',
    ' '.repeat(Math.max(0, whoRoom - widthOf(who))),
    theme.paint('strong', fit(crumbs, crumbRoom)),
    '  ',
    theme.paint('warn', pause),
    theme.paint(tone, right),
  ].join('');
}

function freshness(app: App): { text: string; tone: 'ok' | 'warn' | 'bad' | 'dim' } {
  const { on, off, warn } = app.preferences.theme.glyphs;
  if (app.connection.live.state === 'live') return { text: `${on} live`, tone: 'ok' };
  if (app.connection.live.state === 'connecting') return { text: `${off} connecting`, tone: 'dim' };
  const seconds = Math.round((app.now() - app.connection.live.since) / 1000);
  return { text: `${warn} stale ${seconds}s`, tone: 'bad' };
}

function crumbsOf(view: View, theme: Theme): string {
  const separator = ` ${theme.glyphs.crumb} `;
  if (view.type === 'pulse') return 'Pulse';
  if (view.type === 'settings') return 'Settings';
  if (view.type === 'list') return view.kind.title;
  if (view.type === 'detail') return `${view.kind.title}${separator}${view.label}`;
  return view.title;
}

/** Returns the open tabs, by number. */
export function tabLine(app: App, width: number): string {
  const parts = app.navigation.trails.map((trail, at) => {
    const view = currentView(trail);
    const filter = view.type === 'list' && view.filter !== '' ? ` ${view.filter}` : '';
    const label = ` ${at + 1} ${clip(crumbsOf(view, app.preferences.theme) + filter, 24)}${at === app.navigation.tab ? '*' : ''} `;
    return app.preferences.theme.paint(at === app.navigation.tab ? 'selected' : 'dim', label);
  });
  return parts.join(' ') + ' '.repeat(Math.max(0, width > 0 ? 0 : 1));
}

/** Returns the newest error that was not dismissed, or that the connection is lost; nothing when all is well. */
export function errorLines(app: App, width: number): readonly string[] {
  const { theme } = app.preferences;
  if (app.connection.live.state === 'lost') {
    const { isRefused, reason, since } = app.connection.live;
    const text = isRefused
      ? `${theme.glyphs.bad} ${reason} ctrl-g signs in again.`
      : `${theme.glyphs.warn} ${reason} Showing data from ${clock(since)}; retrying.`;
    return inFew(text, width - 2).map((line) => theme.paint('bad', fit(` ${line}`, width)));
  }
  const error = app.history.lastError;
  if (!error) return [];
  const count = app.history.errors.filter((entry) => !entry.isDismissed).length;
  const hint = ` E errors (${count})  x dismiss `;
  const room = width - widthOf(hint);
  const message = error.message.replace(/[^.!?]$/, '$&.');
  const text = `${theme.glyphs.bad} ${error.id} ${error.what}: ${message} ${error.fix ?? ''}`.trimEnd();
  return inFew(text, room - 2).map(
    (line, at) =>
      theme.paint('bad', fit(` ${line}`, room)) +
      theme.paint('dim', at === 0 ? hint : ' '.repeat(widthOf(hint))),
  );
}

/** Returns a text in as few lines as the bars may take; what is beyond them is in the log of errors. */
function inFew(text: string, width: number): readonly string[] {
  const lines = wrap(text, width);
  const shown = lines.slice(0, LINES_MAX);
  return lines.length > LINES_MAX ? shown.with(LINES_MAX - 1, clip(`${shown.at(-1) ?? ''} …`, width)) : shown;
}

/** Returns the status line, and the keys that can be pressed now: of the overlay, of a half-typed sequence, or of the view. */
export function footerLines(app: App, width: number): readonly string[] {
  const { theme } = app.preferences;
  const status = statusLines(app, width);
  if (app.overlay) return [...status, hintLine(theme, app.overlay.hints, width)];
  if (status.length > 0) return status;
  if (app.prefix.keys !== '') return prefixLines(app, width);
  return [hintLine(theme, app.connection.opening ? 'q quit' : commandHints(app, width - 2), width)];
}

function statusLines(app: App, width: number): readonly string[] {
  const { theme } = app.preferences;
  if (!app.toast) return [];
  return wrap(app.toast.text, width - 2)
    .slice(0, LINES_MAX)
    .map((line) => theme.paint('accent', fit(` ${line}`, width)));
}

/** Paints hints such as `enter open  / filter`: the key of each in colour, its meaning dimmed. */
function hintLine(theme: Theme, hints: string, width: number): string {
  const parts = clip(hints, width - 1)
    .split('  ')
    .map((hint) => {
      const [key = '', ...rest] = hint.split(' ');
      return theme.paint('accent', key) + theme.paint('dim', rest.length === 0 ? '' : ` ${rest.join(' ')}`);
    });
  const line = ` ${parts.join('  ')}`;
  return line + ' '.repeat(Math.max(0, width - widthOf(clip(` ${hints}`, width))));
}

/** The way to everything else is always there, at the end. */
const ALWAYS: ReadonlySet<string> = new Set(['action.menu', 'palette.open', 'help.open']);

function commandHints(app: App, width: number): string {
  const { keymap } = app.options;
  const hints = keymap.here(app.navigation.view).flatMap((command) => {
    const [key] = keymap.keysOf(command);
    const isShown = key !== undefined && command.hint !== undefined && whyNot(app, command) === null;
    return isShown ? [{ isLast: ALWAYS.has(command.id), text: `${key} ${command.hint ?? ''}` }] : [];
  });
  const last = hints.filter((hint) => hint.isLast).map(({ text }) => text);
  let room = width - widthOf(last.join('  '));
  const first: string[] = [];
  for (const { text } of hints.filter((hint) => !hint.isLast)) {
    room -= widthOf(text) + 2;
    if (room < 0) break;
    first.push(text);
  }
  return [...first, ...last].join('  ');
}

export function clock(time: number): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
