import type { Theme } from '../terminal/theme.ts';

/** Lines of an overlay and the place of the text cursor in them, from 0. */
export interface Drawn {
  readonly lines: readonly string[];
  readonly cursor?: { readonly x: number; readonly y: number };
  /** The item a line belongs to, for the mouse. */
  readonly items?: readonly (number | null)[];
}

/** Something over the screen that takes every key until it is gone. */
export interface Overlay<A> {
  readonly title: string;
  /** Keys worth knowing while it is open. */
  readonly hints: string;
  key(key: string, app: A): void | Promise<void>;
  paste?(text: string, app: A): void;
  click?(item: number, app: A): void | Promise<void>;
  draw(area: { readonly width: number; readonly height: number }, theme: Theme): Drawn;
  /** Whether leaving would lose what was typed. */
  readonly isDirty?: boolean;
}
