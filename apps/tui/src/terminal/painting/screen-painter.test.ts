import { Terminal } from '@xterm/headless';
import { Chalk } from 'chalk';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { widthOf } from '../../term/fit.ts';
import logUpdate from './screen-painter.ts';

const COLUMNS = 80;
const ROWS = 5;
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
const frame = fc.array(line, { minLength: ROWS, maxLength: ROWS }).map((lines) => lines.join('\n'));

function open() {
  const terminal = new Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true, scrollback: 0 });
  let bytes = 0;
  const write = (text: string) => {
    bytes += Buffer.byteLength(text);
    terminal.write(text);
  };
  return { terminal, update: logUpdate.create({ columns: COLUMNS, write }), bytes: () => bytes };
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
      for (const text of frames) screen.update(text);
      const plain = open();
      plain.terminal.write(`\u001b[H${(frames.at(-1) ?? '').replaceAll('\n', '\r\n')}`);
      expect(await placesOf(screen.terminal)).toEqual(await placesOf(plain.terminal));
    }),
  );
});

describe('bytes', () => {
  const rows = (here: number) =>
    Array.from({ length: ROWS }, (_, at) => {
      const text = `  object-${at}     ${chalk.green('● synced')}`;
      return at === here ? chalk.bgBlue(`▸ object-${at}     ● synced`) : text;
    }).join('\n');

  test('the same frame costs none', () => {
    const screen = open();
    screen.update(rows(1));
    const before = screen.bytes();
    expect(screen.update(rows(1))).toBe(false);
    expect(screen.bytes()).toBe(before);
  });

  test('one changed letter costs its place and itself', () => {
    const screen = open();
    screen.update(rows(1));
    const before = screen.bytes();
    screen.update(rows(1).replace('object-4', 'object-5'));
    expect(screen.bytes() - before).toBe('\u001b[5;10H5'.length);
  });

  test('a cursor that moves costs the two rows it leaves and comes to', () => {
    const screen = open();
    screen.update(rows(1));
    const before = screen.bytes();
    screen.update(rows(2));
    expect(screen.bytes() - before).toBeLessThan(110);
  });
});

test('a cursor is shown where it is wanted, and hidden when no frame wants it any more', async () => {
  const { terminal, update } = open();
  update.setCursorPosition({ x: 3, y: 1 });
  update('one\ntwo');
  await placesOf(terminal);
  expect([terminal.buffer.active.cursorX, terminal.buffer.active.cursorY]).toEqual([3, 1]);
  update.setCursorPosition(undefined);
  expect(update.willRender('one\ntwo')).toBe(true);
  update('one\ntwo');
  expect(update.willRender('one\ntwo')).toBe(false);
});
