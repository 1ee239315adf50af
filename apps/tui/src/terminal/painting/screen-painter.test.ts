import { Terminal } from '@xterm/headless';
import { Chalk } from 'chalk';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { widthOf } from '../fit.ts';
import { ScreenPainter } from './screen-painter.ts';

const COLUMNS = 80;
const ROWS = 5;
/** Bytes around each update. */
const SYNCHRONIZED = '\u001b[?2026h\u001b[?2026l'.length;
const chalk = new Chalk({ level: 3 });

const PAINTS: readonly ((text: string) => string)[] = [
  (text) => text,
  chalk.dim,
  chalk.bold.bgHex('#2b3b5c'),
  chalk.hex('#9ece6a'),
  chalk.underline.cyan,
  chalk.inverse,
  (text) => chalk.bold(`${text}${chalk.red('!')}${text}`),
];

const piece = fc
  .tuple(
    fc.constantFrom(...PAINTS),
    fc.oneof(
      fc.stringMatching(/^[ a-c]{1,8}$/),
      fc.constantFrom('● live', '▁▂▃▄', '日本', 'é', ' '.repeat(12), '│'),
    ),
  )
  .map(([paint, text]) => paint(text));
const line = fc.tuple(fc.array(piece, { maxLength: 3 }), fc.boolean()).map(([pieces, isFull]) => {
  const text = pieces.join('');
  // A line may end in the last column, where terminals put off going to the next.
  return isFull ? text + chalk.inverse(' '.repeat(COLUMNS - widthOf(text))) : text.trimEnd();
});
const frame = fc.array(line, { minLength: ROWS, maxLength: ROWS });

function open() {
  const terminal = new Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true, scrollback: 0 });
  let bytes = 0;
  const write = (text: string) => {
    bytes += Buffer.byteLength(text);
    terminal.write(text);
  };
  const painter = new ScreenPainter({ columns: COLUMNS, rows: ROWS, write });
  const paint = (lines: readonly string[], cursor: { x: number; y: number } | null = null) =>
    painter.paint({ lines, cursor });
  return { terminal, painter, paint, bytes: () => bytes };
}

/** What each place of the screen shows; of a space only what can be seen. */
async function placesOf(terminal: Terminal): Promise<readonly string[]> {
  await new Promise<void>((resolve) => terminal.write('', resolve));
  return Array.from({ length: ROWS * COLUMNS }, (_, at) => {
    const cell = terminal.buffer.active.getLine(Math.floor(at / COLUMNS))?.getCell(at % COLUMNS);
    const text = cell?.getChars() || ' ';
    const seen = [cell?.getBgColor(), cell?.isInverse(), cell?.isUnderline()];
    const rest = text === ' ' ? [] : [cell?.getFgColor(), cell?.isBold(), cell?.isDim()];
    return [text, ...seen, ...rest].join(' ');
  });
}

test('frame after frame the screen shows what the last one says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { minLength: 2, maxLength: 4 }), async (frames) => {
      const screen = open();
      for (const lines of frames) screen.paint(lines);
      const plain = open();
      plain.terminal.write(`\u001b[H${(frames.at(-1) ?? []).join('\r\n')}`);
      expect(await placesOf(screen.terminal)).toEqual(await placesOf(plain.terminal));
    }),
  );
});

describe('bytes', () => {
  const rows = (here: number) =>
    Array.from({ length: ROWS }, (_, at) => {
      const text = `  object-${at}     ${chalk.green('● synced')}`;
      return at === here ? chalk.bgBlue(`▸ object-${at}     ● synced`) : text;
    });

  test('the same frame costs none', () => {
    const screen = open();
    screen.paint(rows(1));
    const before = screen.bytes();
    screen.paint(rows(1));
    expect(screen.bytes()).toBe(before);
  });

  test('one changed letter costs its place and itself', () => {
    const screen = open();
    screen.paint(rows(1));
    const before = screen.bytes();
    screen.paint(rows(1).map((text) => text.replace('object-4', 'object-5')));
    expect(screen.bytes() - before).toBe('\u001b[5;10H5'.length + SYNCHRONIZED);
  });

  test('a cursor that moves costs the two rows it leaves and comes to', () => {
    const screen = open();
    screen.paint(rows(1));
    const before = screen.bytes();
    screen.paint(rows(2));
    expect(screen.bytes() - before).toBeLessThan(110 + SYNCHRONIZED);
  });
});

test('a cursor is shown where it is wanted, and hidden when no frame wants it any more', async () => {
  const { terminal, paint, bytes } = open();
  paint(['one', 'two'], { x: 3, y: 1 });
  await placesOf(terminal);
  expect([terminal.buffer.active.cursorX, terminal.buffer.active.cursorY]).toEqual([3, 1]);
  const shown = bytes();
  paint(['one', 'two']);
  const hidden = bytes();
  expect(hidden - shown).toBe('\u001b[?25l'.length + SYNCHRONIZED);
  paint(['one', 'two']);
  expect(bytes()).toBe(hidden);
});

test('while paused it writes nothing, and afterwards the whole screen', async () => {
  const { terminal, painter, paint } = open();
  paint(['one', 'two']);
  painter.pause();
  terminal.write('\u001b[Hediting');
  paint(['one', 'three']);
  painter.resume();
  paint(['one', 'three']);
  await placesOf(terminal);
  const { active } = terminal.buffer;
  expect([0, 1].map((at) => active.getLine(at)?.translateToString(true))).toEqual(['one', 'three']);
});

test('lines below the screen are left out', async () => {
  const { terminal, paint } = open();
  paint(Array.from({ length: ROWS + 2 }, (_, at) => `line ${at}`));
  await placesOf(terminal);
  expect(terminal.buffer.active.getLine(ROWS - 1)?.translateToString(true)).toBe(`line ${ROWS - 1}`);
});
