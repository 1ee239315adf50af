import { cellOf, type Cell } from '@portolan/console/kinds/block';
import type { Body, Target } from './body.ts';
import type { App } from '../state/app.ts';
import type { SettingsView } from '../state/views.ts';
import { clip, fit } from '../terminal/fit.ts';

/** One line of the settings; `change` is missing where it only informs. */
export interface SettingRow {
  readonly group: string;
  readonly label: string;
  readonly value: Cell;
  change?(app: App): void;
}

const LABEL = 16;

/** Returns the settings in groups; what can be changed has a mark, and the cursor goes only there. */
export function settingsBody(
  app: App,
  view: SettingsView,
  rows: readonly SettingRow[],
  { width, height }: { width: number; height: number },
): Body {
  const { theme } = app.preferences;
  const lines: string[] = [];
  const targets: Target[] = [];
  let group = '';
  let at = -1;
  let cursorLine = 0;
  for (const row of rows) {
    if (row.group !== group) {
      lines.push('', theme.paint('strong', clip(`   ${row.group}`, width)));
      targets.push(null, null);
      group = row.group;
    }
    if (row.change) at += 1;
    const isHere = row.change !== undefined && at === view.cursor;
    if (isHere) cursorLine = lines.length;
    const { text, tone } = cellOf(row.value);
    const head = `${isHere ? theme.glyphs.cursor : ' '}  ${fit(row.label, LABEL)}  `;
    const value = clip(text, Math.max(10, width - LABEL - 6));
    lines.push(
      isHere
        ? theme.paint('selected', fit(head + value, width))
        : theme.paint(row.change ? 'plain' : 'dim', head) + theme.paint(row.change ? tone : 'dim', value),
    );
    targets.push(row.change ? { type: 'row', at } : null);
  }
  const from = Math.max(0, Math.min(cursorLine - Math.floor(height / 2), lines.length - height));
  return { lines: lines.slice(from, from + height), targets: targets.slice(from, from + height) };
}
