import { toAsciiCells } from '@portolan/console/ascii';
import type { App } from '../state/app.ts';
import { detailBody } from '../screens/detail-body.ts';
import { listBody } from '../screens/list-body.ts';
import { pageBody } from '../screens/page-body.ts';
import type { Body, Target } from '../screens/body.ts';
import { settingRows } from '../commands/settings/rows.ts';
import { settingsBody } from '../screens/settings-body.ts';
import { pulseBody } from '../screens/pulse.ts';
import { clip, fit, widthOf, wrap } from '../terminal/fit.ts';
import { errorLines, footerLines, tabLine, topLine } from '../screens/bar-lines.ts';

export interface Frame {
  readonly lines: readonly string[];
  readonly cursor: { readonly x: number; readonly y: number } | null;
  /** What each line is, for the mouse. */
  readonly targets: readonly Target[];
}

const WIDTH_MIN = 60;
const HEIGHT_MIN = 15;

/** Returns the whole screen as lines: a pure function of the state, the same on a terminal, in a snapshot and in a test. */
export function drawFrame(app: App): Frame {
  const frame = drawInUnicode(app);
  return app.preferences.theme.ascii ? { ...frame, lines: frame.lines.map(toAsciiCells) } : frame;
}

function drawInUnicode(app: App): Frame {
  const { width, height } = app.size;
  if (width < WIDTH_MIN || height < HEIGHT_MIN) return tooSmall(app);
  const top = [topLine(app, width), ...(app.navigation.trails.length > 1 ? [tabLine(app, width)] : [])];
  const bottom = [...errorLines(app, width), ...footerLines(app, width)];
  const room = height - top.length - bottom.length;
  const drawer = drawOverlay(app, { width, height: room });
  const body = drawBody(app, { width, height: room - drawer.lines.length });
  const lines = [...top, ...fill(body.lines, room - drawer.lines.length), ...drawer.lines, ...bottom];
  const drawerAt = height - bottom.length - drawer.lines.length;
  const targets: Target[] = lines.map(() => null);
  body.targets?.forEach((target, at) => (targets[top.length + at] = target));
  drawer.items.forEach(
    (item, at) => (targets[drawerAt + at] = item === null ? null : { type: 'item', at: item }),
  );
  const cursor = drawer.cursor
    ? { x: drawer.cursor.x, y: drawerAt + drawer.cursor.y }
    : body.cursor
      ? { x: body.cursor.x, y: top.length + body.cursor.y }
      : null;
  return { lines, cursor, targets };
}

/** A view that cannot be drawn says so in its own place: the rest of the screen, and the way back, still work. */
function drawBody(app: App, size: { width: number; height: number }): Body {
  if (app.connection.opening) return openingBody(app, size.width);
  try {
    return drawView(app, size);
  } catch (error) {
    const say = (tone: 'bad' | 'dim', text: string) =>
      app.preferences.theme.paint(tone, clip(`   ${text}`, size.width));
    const message = error instanceof Error ? error.message : String(error);
    return {
      lines: [
        '',
        say('bad', `${app.preferences.theme.glyphs.bad} This view cannot be drawn: ${message}.`),
        say('dim', 'esc goes back. Please report it, with what was on the screen before.'),
      ],
    };
  }
}

function drawView(app: App, size: { width: number; height: number }): Body {
  const { view } = app.navigation;
  switch (view.type) {
    case 'list':
      return listBody(app, view, size);
    case 'detail':
      return detailBody(app, view, size);
    case 'page':
      return pageBody(app, view, size);
    case 'settings':
      return settingsBody(app, view, settingRows(app, view), size);
    case 'pulse':
    default:
      return pulseBody(app, view, size);
  }
}

/** Before the platform has said who this is. */
function openingBody(app: App, width: number): Body {
  const { baseUrl } = app.session.client.options;
  return { lines: ['', app.preferences.theme.paint('dim', fit(`   Connecting to ${baseUrl} …`, width))] };
}

interface Drawer {
  readonly lines: readonly string[];
  readonly items: readonly (number | null)[];
  readonly cursor?: { readonly x: number; readonly y: number };
}

/** An overlay is a drawer that rises from below, so that what it is about stays in sight. */
function drawOverlay(app: App, { width, height }: { width: number; height: number }): Drawer {
  const { theme } = app.preferences;
  const { overlay } = app;
  if (!overlay || overlay.title === '') return { lines: [], items: [] };
  const most = Math.max(6, Math.floor(height * 0.7));
  const drawn = overlay.draw({ width, height: most - 1 }, theme);
  const lines = drawn.lines.slice(0, most - 1);
  const title = ` ${overlay.title} `;
  const rule = theme.glyphs.rule;
  const head = theme.paint(
    'accent',
    `${rule}${rule}${fit(title, Math.min(width - 4, widthOf(title)))}${rule.repeat(Math.max(0, width - 2 - widthOf(title)))}`,
  );
  return {
    lines: [head, ...lines],
    items: [null, ...(drawn.items ?? [])],
    ...(drawn.cursor ? { cursor: { x: drawn.cursor.x, y: drawn.cursor.y + 1 } } : {}),
  };
}

function fill(lines: readonly string[], height: number): readonly string[] {
  if (lines.length >= height) return lines.slice(0, Math.max(0, height));
  return [...lines, ...Array.from({ length: height - lines.length }, () => '')];
}

function tooSmall(app: App): Frame {
  const { width, height } = app.size;
  const text = `Make the terminal at least ${WIDTH_MIN} by ${HEIGHT_MIN}; it is ${width} by ${height}.`;
  const lines = wrap(text, Math.max(1, width)).map((line) => app.preferences.theme.paint('warn', line));
  return { lines: fill(lines, height), cursor: null, targets: [] };
}
