import type { App } from '../store/app.ts';
import type { View } from '../store/views.ts';
import { currentView } from '../store/views.ts';
import { clip, fit, widthOf, wrap } from '../term/fit.ts';
import type { Theme } from '../term/theme.ts';
import { prefixLines } from './prefix-lines.ts';

const TOAST_LINES_MAX = 3;

/** Where one is and as whom, whether one may write, and how fresh what is seen is. */
export function topLine(app: App, width: number): string {
  const { theme } = app;
  const { contextName, isProduction } = app.options;
  const badge = isProduction ? ` ${theme.glyphs.warn} PROD ` : ' portolan ';
  const mode = app.gate.isWritable ? 'rw' : 'READ-ONLY';
  const who = `${contextName} · ${app.session.account.email}@${app.session.workspace}`;
  const { text: fresh, tone } = freshness(app);
  const crumbs = crumbsOf(app.view, theme);
  const pause = app.isPaused ? 'PAUSED ' : '';
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
    theme.paint(app.gate.isWritable ? 'ok' : 'warn', mode),
    '  ',
    ' '.repeat(Math.max(0, whoRoom - widthOf(who))),
    theme.paint('strong', fit(crumbs, crumbRoom)),
    '  ',
    theme.paint('warn', pause),
    theme.paint(tone, right),
  ].join('');
}

function freshness(app: App): { text: string; tone: 'ok' | 'warn' | 'bad' | 'dim' } {
  const { on, off, warn } = app.theme.glyphs;
  if (app.live.state === 'live') return { text: `${on} live`, tone: 'ok' };
  if (app.live.state === 'connecting') return { text: `${off} connecting`, tone: 'dim' };
  const seconds = Math.round((app.now() - app.live.since) / 1000);
  return { text: `${warn} stale ${seconds}s`, tone: 'bad' };
}

function crumbsOf(view: View, theme: Theme): string {
  const separator = ` ${theme.glyphs.crumb} `;
  if (view.type === 'pulse') return 'Pulse';
  if (view.type === 'list') return view.kind.title;
  if (view.type === 'detail') return `${view.kind.title}${separator}${view.label}`;
  return view.title;
}

/** The open tabs, by number. */
export function tabLine(app: App, width: number): string {
  const parts = app.trails.map((trail, at) => {
    const view = currentView(trail);
    const filter = view.type === 'list' && view.filter !== '' ? ` ${view.filter}` : '';
    const label = ` ${at + 1} ${clip(crumbsOf(view, app.theme) + filter, 24)}${at === app.tab ? '*' : ''} `;
    return app.theme.paint(at === app.tab ? 'selected' : 'dim', label);
  });
  return parts.join(' ') + ' '.repeat(Math.max(0, width > 0 ? 0 : 1));
}

/** The newest error that was not dismissed, or that the connection is lost; null when all is well. */
export function errorLine(app: App, width: number): string | null {
  const { theme } = app;
  if (app.live.state === 'lost') {
    const { isRefused } = app.live;
    if (isRefused)
      return theme.paint('bad', fit(` ${theme.glyphs.bad} ${app.live.reason} ctrl-g signs in again.`, width));
    const text = ` ${theme.glyphs.warn} ${app.live.reason} What is shown is from ${clock(app.live.since)}; trying again.`;
    return theme.paint('bad', fit(text, width));
  }
  const error = app.diary.lastError;
  if (!error) return null;
  const count = app.diary.errors.filter((entry) => !entry.isDismissed).length;
  const hint = ` E errors (${count})  x dismiss `;
  const fix = error.fix === undefined ? '' : ` (${error.fix})`;
  const text = ` ${theme.glyphs.bad} ${error.id} ${error.what}: ${error.message}${fix}`;
  return theme.paint('bad', fit(text, width - widthOf(hint))) + theme.paint('dim', hint);
}

/** What was just said, a half-typed key sequence's continuations, or the best commands that can be given now. */
export function footerLines(app: App, width: number): readonly string[] {
  const { theme } = app;
  if (app.toast)
    return wrap(app.toast.text, width - 2)
      .slice(0, TOAST_LINES_MAX)
      .map((line) => theme.paint('accent', fit(` ${line}`, width)));
  if (app.prefix.keys !== '') return prefixLines(app, width);
  const hints = app.overlay ? app.overlay.hints : commandHints(app, width - 2);
  return [theme.paint('dim', fit(` ${hints}`, width))];
}

function commandHints(app: App, width: number): string {
  const { keymap } = app.options;
  const shown = keymap
    .here(app.view)
    .filter((command) => command.hint !== undefined && app.whyNot(command) === null);
  let text = '';
  for (const command of shown) {
    const [key] = keymap.keysOf(command);
    if (key === undefined) continue;
    const next = `${text === '' ? '' : '  '}${key} ${command.hint ?? ''}`;
    if (widthOf(text + next) > width) break;
    text += next;
  }
  return text;
}

export function clock(time: number): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
