import { createInterface } from 'node:readline/promises';
import { print, type Io } from '../cli/io.ts';
import { goTo } from '../commands/navigation.ts';
import { explain } from '../failure.ts';
import { cellOf, type Block } from '../kinds/block.ts';
import { allKinds } from '../kinds/all-kinds.ts';
import { cellText } from '../kinds/kind.ts';
import { wholeTabs } from '../kinds/whole-tabs.ts';
import type { App } from '../store/app.ts';
import { detailView, goUp, type ListView } from '../store/views.ts';
import { safeText } from '../term/safe-text.ts';

const PAGE = 20;
const HELP = [
  'Type a place such as apis, users or problems state=error and press enter.',
  'Type a number to open that row, more for the next rows, back to go up, again to read again, quit to leave.',
].join(' ');

/** A conversation of lines instead of a screen: nothing is redrawn, and every answer is a sentence or numbered lines. */
export async function runScreenReader(app: App, io: Io, place: string): Promise<number> {
  const lines = createInterface({ input: io.stdin, output: io.stdout, terminal: io.stdout.isTTY });
  const say = (text: string) => print(io, safeText(text));
  say('Screen reader mode is on.');
  say(HELP);
  let from = 0;
  try {
    if (place !== '') await answer(place);
    for (;;) {
      const word = (await lines.question(`${nameOf(app)}> `)).trim();
      if (word === 'quit' || word === 'exit') return 0;
      await answer(word);
    }
  } catch (error) {
    // readline rejects the question when its input ends: that is leaving, not a failure.
    if (error instanceof Error && /closed|abort/i.test(error.message)) return 0;
    throw error;
  } finally {
    lines.close();
    app.close();
  }

  async function answer(word: string): Promise<void> {
    try {
      if (word === '' || word === 'again') from = 0;
      else if (word === 'help')
        return say(`${HELP} Places: ${allKinds.map((kind) => kind.name).join(', ')}.`);
      else if (word === 'back') app.setTrail(goUp(app.trail));
      else if (word === 'more') from += PAGE;
      else if (/^\d+$/.test(word)) openRow(app, Number(word));
      else await goTo(app, word);
      if (word !== 'more') from = 0;
      await read(app, from, say);
    } catch (error) {
      const { message, fix } = explain(error);
      say([message, fix].filter(Boolean).join(' '));
    }
  }
}

function nameOf(app: App): string {
  const { view } = app;
  if (view.type === 'list') return view.kind.name;
  return view.type === 'detail' ? safeText(view.label) : 'home';
}

function openRow(app: App, number: number): void {
  const { view } = app;
  if (view.type !== 'list') return;
  const row = app.rows(view).rows[number - 1];
  if (row !== undefined) app.open(detailView(view.kind, row));
}

async function read(app: App, from: number, say: (text: string) => void): Promise<void> {
  const { view } = app;
  if (view.type === 'list') return readList(app, view, from, say);
  if (view.type !== 'detail') {
    const stores = allKinds.map((kind) => app.lists.of(kind));
    await app.busy.idle();
    for (const { kind, status } of stores)
      say(`${kind.title}: ${status.readAt === 0 ? 'could not be read' : String(status.total)}`);
    return;
  }
  app.details.get(view.kind, view.id, app.rowOf(view.kind, view.id) ?? undefined);
  await app.busy.idle();
  const { row, loaded } = app.details.get(view.kind, view.id, undefined);
  if (row === null) return say(`This ${view.kind.singular} is no longer there.`);
  for (const tab of await wholeTabs(view.kind, { row, loaded, now: app.now() }, app.session)) {
    say(`${tab.title}.`);
    for (const block of tab.blocks) for (const line of spoken(block)) say(line);
  }
}

async function readList(app: App, view: ListView, from: number, say: (text: string) => void): Promise<void> {
  await app.lists.for(view).refresh();
  const { rows } = app.rows(view);
  const { status } = app.lists.for(view);
  if (status.state === 'failed') throw status.error;
  if (rows.length === 0)
    return say(
      status.total === 0
        ? view.kind.empty
        : `None of ${status.total} ${view.kind.title} matches ${view.filter}.`,
    );
  const columns = view.kind.columns.filter((column) => column.wide !== true);
  rows.slice(from, from + PAGE).forEach((row, at) => {
    const cells = columns.map(
      (column) => `${column.title.toLowerCase()} ${cellText(column, row, app.now())}`,
    );
    say(`${from + at + 1}. ${cells.join(', ')}`);
  });
  const last = Math.min(rows.length, from + PAGE);
  say(
    last < rows.length
      ? `Rows ${from + 1} to ${last} of ${rows.length}. Type more for the next.`
      : `End of ${rows.length} rows.`,
  );
}

/** A block in sentences. */
function spoken(block: Block): readonly string[] {
  switch (block.type) {
    case 'fields':
      return block.rows.map(([label, cell]) => `${label}: ${cellOf(cell).text}`);
    case 'table':
      if (block.rows.length === 0) return [`${block.title}: ${block.empty}`];
      return [
        `${block.title}: ${block.rows.length}`,
        ...block.rows.map(
          (row, at) =>
            `${at + 1}. ${row.map((cell, column) => `${block.head[column] ?? ''} ${cellOf(cell).text}`.trim().toLowerCase()).join(', ')}`,
        ),
      ];
    case 'spark':
      return [`${block.title}: ${block.caption}`];
    case 'text':
      return block.lines;
    case 'cells':
      return [
        `${block.title}:`,
        ...(block.lines.length === 0 ? [block.empty] : block.lines.map((cell) => cellOf(cell).text)),
      ];
    case 'note':
    default:
      return [block.text];
  }
}
