import type { Tone } from '../tone.ts';

/** A piece of text with what it means. */
export type Cell = string | { readonly text: string; readonly tone: Tone };

/** What details are made of; the screen, `describe` and the screen reader each show the same blocks their own way. */
export type Block =
  | { readonly type: 'fields'; readonly title?: string; readonly rows: readonly (readonly [string, Cell])[] }
  | {
      readonly type: 'table';
      readonly title: string;
      readonly head: readonly string[];
      readonly rows: readonly (readonly Cell[])[];
      readonly empty: string;
    }
  | {
      readonly type: 'spark';
      readonly title: string;
      readonly values: readonly number[];
      readonly caption: string;
      /** What the ends of the time and the top of the values stand for. */
      readonly axis?: { readonly from: string; readonly until: string; readonly highest: string };
      /** Places of values at which something changed, which the blocks around it describe. */
      readonly marks?: readonly number[];
    }
  | { readonly type: 'text'; readonly title?: string; readonly lines: readonly string[] }
  | {
      readonly type: 'cells';
      readonly title: string;
      readonly lines: readonly Cell[];
      readonly empty: string;
    }
  | { readonly type: 'note'; readonly text: string; readonly tone: Tone };

export function toned(tone: Tone, text: string): Cell {
  return { text, tone };
}

export function cellOf(cell: Cell): { readonly text: string; readonly tone: Tone } {
  return typeof cell === 'string' ? { text: cell, tone: 'plain' } : cell;
}
