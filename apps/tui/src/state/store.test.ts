import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { users as usersKind } from '@portolan/console/kinds/users';
import { NOW, users } from '../testing/fixture-data.ts';
import { filterRows, parseFor, parseSort, sortRows } from '@portolan/console/lists/sort-rows';
import { eventStream } from '@portolan/console/live/event-stream';
import { editLine, insert, lineOf } from './line-edit.ts';
import { currentView, goUp, HOME, listView, newTrail, push, step } from './views.ts';

describe('arranging a list', () => {
  const rows = users(500);

  test.each(usersKind.columns.map((column) => column.id))(
    'sorts by %s both ways and loses nothing',
    (column) => {
      for (const sign of ['', '-']) {
        const sorted = sortRows(usersKind, rows, parseSort(sign + column));
        expect(new Set(sorted)).toEqual(new Set(rows));
      }
    },
  );

  test('a filter and its negation share out the list', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('state=disabled', 'keys>1', 'groups:crew', 'createdAt<2h', 'lovelace'),
        (text) => {
          const count = (filter: string) => {
            const parsed = parseFor(usersKind, filter);
            if (!parsed.ok) throw new Error(parsed.error.message);
            return filterRows(usersKind, rows, { filter: parsed.filter, now: NOW }).length;
          };
          expect(count(text)).toBeGreaterThan(0);
          expect(count(text) + count(`!${text}`)).toBe(rows.length);
        },
      ),
    );
  });
});

describe('editing a line', () => {
  test.each([
    ['one two', 'ctrl-w', 'one '],
    ['one two', 'ctrl-u', ''],
    ['día', 'backspace', 'dí'],
    ['👩‍🚀x', 'backspace', '👩‍🚀'],
    ['a', 'space', 'a '],
  ])('%j with %s is %j', (text, key, expected) => expect(editLine(lineOf(text), key)?.text).toBe(expected));

  test('leaves keys that are no text to others', () => expect(editLine(lineOf('a'), 'pgdn')).toBeNull());

  test('the cursor never leaves the text', () => {
    const key = fc.constantFrom(
      'left',
      'right',
      'home',
      'end',
      'backspace',
      'delete',
      'ctrl-w',
      'ctrl-k',
      'alt-b',
      'alt-f',
      'x',
      'space',
    );
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 20 }),
        fc.array(key, { maxLength: 40 }),
        (text, keys) => {
          let line = insert(lineOf(''), text);
          for (const one of keys) line = editLine(line, one) ?? line;
          expect(line.cursor).toBeGreaterThanOrEqual(0);
          expect(line.cursor).toBeLessThanOrEqual(line.text.length);
        },
      ),
    );
  });
});

test('going up ten times is home, from wherever one went', () => {
  const place = fc.constantFrom(listView(usersKind), HOME);
  fc.assert(
    fc.property(fc.array(fc.oneof(place, fc.constantFrom('back', 'forward')), { maxLength: 80 }), (moves) => {
      let trail = newTrail();
      for (const move of moves) {
        trail =
          move === 'back'
            ? step(trail, -1)
            : move === 'forward'
              ? step(trail, 1)
              : typeof move === 'string'
                ? trail
                : push(trail, move);
      }
      for (let at = 0; at < 10; at += 1) trail = goUp(trail);
      expect(currentView(trail).type).toBe('pulse');
    }),
  );
});

test('events are read whole however the stream is cut', async () => {
  const text = ': hi\n\nid: 7\ndata: {"a":1}\n\nid: 8\r\ndata: one\r\ndata: two\r\n\r\n';
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 }),
      async (sizes) => {
        const bytes = new TextEncoder().encode(text);
        const chunks: Uint8Array[] = [];
        for (let from = 0, at = 0; from < bytes.length; at += 1) {
          const size = sizes[at % sizes.length] ?? 1;
          chunks.push(bytes.slice(from, from + size));
          from += size;
        }
        const events = [];
        for await (const event of eventStream(new Response(ReadableStream.from(chunks)), {
          silenceMs: 1_000,
          signal: new AbortController().signal,
        }))
          events.push({ id: event.id, data: event.data });
        expect(events).toEqual([
          { id: '7', data: '{"a":1}' },
          { id: '8', data: 'one\ntwo' },
        ]);
      },
    ),
  );
});
