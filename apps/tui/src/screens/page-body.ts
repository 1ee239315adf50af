import type { Body } from './body.ts';
import { clock } from './bar-lines.ts';
import { formatBlocks } from '../terminal/blocks.ts';
import { toned, type Block } from '@portolan/console/kinds/block';
import type { App } from '../state/app.ts';
import type { PageView } from '../state/views.ts';

/** Returns a page of the session: errors, journal, an explanation. */
export function pageBody(
  app: App,
  view: PageView,
  { width, height }: { width: number; height: number },
): Body {
  const lines = formatBlocks(blocksOf(app, view), width - 4, app.preferences.theme);
  const room = Math.max(1, height - 1);
  const from = Math.min(view.scroll, Math.max(0, lines.length - room));
  return { lines: ['', ...lines.slice(from, from + room).map((line) => `  ${line}`)] };
}

export function blocksOf(app: App, view: PageView): readonly Block[] {
  if (view.name === 'errors') return errorBlocks(app);
  if (view.name === 'journal') return journalBlocks(app);
  return view.blocks;
}

function errorBlocks(app: App): readonly Block[] {
  const { errors } = app.history;
  if (errors.length === 0)
    return [{ type: 'note', tone: 'dim', text: 'Nothing went wrong in this session.' }];
  return errors.toReversed().map((error) => ({
    type: 'fields',
    title: `${error.id}  ${clock(error.at)}  ${error.what}`,
    rows: [
      ['What', toned('bad', error.message)],
      ['To do', error.fix ?? 'Try again; if it stays, see the log of the platform.'],
    ],
  }));
}

function journalBlocks(app: App): readonly Block[] {
  return [
    {
      type: 'table',
      title: 'What you did in this session',
      head: ['TIME', 'COMMAND', 'UNDO', 'RESULT'],
      rows: app.history.journal
        .toReversed()
        .map((entry) => [clock(entry.at), entry.what, entry.undo ? toned('accent', 'u') : '', entry.result]),
      empty: 'nothing yet',
    },
  ];
}
