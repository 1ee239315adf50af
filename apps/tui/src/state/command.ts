import type { Action } from '@portolan/console/actions/action';
import type { Permission } from '@portolan/contract/permissions';
import type { Cell } from '@portolan/console/kinds/block';
import type { Undo } from './session-history.ts';
import type { View } from './views.ts';

/** Where a command can be given. */
type Where = 'anywhere' | 'list' | 'detail' | 'item' | 'pulse' | 'page' | 'settings';

interface CommandBase<A> {
  /** Stable name; what configuration binds keys to. */
  readonly id: string;
  readonly title: string;
  /** Default keys; two keys in a row are written `g u`. */
  readonly keys: readonly string[];
  readonly where: Where;
  /** Only for these kinds; absent: for all. */
  readonly kinds?: readonly string[];
  /** The right it needs; a right to write also needs write mode. */
  readonly permission?: Permission;
  /** Short word for the footer; the first six that apply show. */
  readonly hint?: string;
  /** The actions it runs. */
  readonly actions?: readonly Action[];
  /** Why it is not available now; null when it is. */
  disabled?(app: A): string | null;
}

/** Loses nothing: runs at once. */
export interface SafeCommand<A> extends CommandBase<A> {
  readonly danger: 0;
  run(app: A): void | Promise<void>;
}

/** Changes or loses something: plans first, and only the confirmed plan runs. 1 asks, 2 asks for a word, 3 for the name. */
export interface DangerousCommand<A> extends CommandBase<A> {
  readonly danger: 1 | 2 | 3;
  plan(app: A): Plan | null | Promise<Plan | null>;
}

export type Command<A> = SafeCommand<A> | DangerousCommand<A>;

/** What a dangerous command would do, for the person to judge. */
export interface Plan {
  readonly title: string;
  readonly lines: readonly Cell[];
  /** Label of the button that does it. */
  readonly action: string;
  /** What must be typed for danger 3. */
  readonly typed?: string;
  readonly object: string;
  /** How many objects it is about, when not one: beyond ten the number must be typed. */
  readonly count?: number;
  /** Does it; answers one sentence about what is true now. */
  run(): Promise<string>;
  readonly undo?: Undo;
}

/** Commands by the keys that run them. */
export interface Keymap<A> {
  /** Returns the command of a key or key sequence in a view, the most specific first. */
  find(keys: string, view: View): Command<A> | null;
  /** Returns whether longer sequences begin with these keys. */
  isPrefix(keys: string, view: View): boolean;
  keysOf(command: Command<A>): readonly string[];
  /** Returns the commands of a view, specific ones first. */
  here(view: View): readonly Command<A>[];
}
