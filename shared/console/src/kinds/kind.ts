import type { Account } from '@portolan/contract/sessions';
import type { Client } from '@portolan/contract/client';
import type { Topic } from '@portolan/contract/events';
import type { FieldType, FieldValue } from '@portolan/contract/filter/filter';
import type { Role } from '@portolan/contract/permissions';
import type { Block } from './block.ts';
import type { Tone } from '../tone.ts';
import type { KindName } from './kind-titles.ts';

/** A signed-in connection to one workspace of a platform. */
export interface Session {
  readonly client: Client;
  readonly account: Account;
  readonly workspace: string;
  readonly role: Role;
}

/** What the caller asks of a list; the platform filters and sorts by the same grammar and names. */
export interface Query {
  readonly filter?: string;
  readonly sort?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly matched: number;
  readonly next: string | null;
  /** What is missing from it, in one line: `2 of 3 gateways: prod-eu did not reply`. */
  readonly note?: string;
  /** More rows match, and cannot be read: filters and orders are left to where the rows are. */
  readonly isPart?: boolean;
}

/** One column; also one field of the filter and one order to sort by. */
export interface Column<T> {
  /** Name in filters and sort orders. */
  readonly id: string;
  readonly title: string;
  readonly type: FieldType;
  value(row: T): FieldValue;
  /** How it reads; without it the value as text. */
  text?(row: T, now: number): string;
  tone?(row: T): Tone;
  /** Shown only when the user asks for the wide table or the terminal has room. */
  readonly wide?: boolean;
  readonly right?: boolean;
  /** Left out on a narrow terminal, the highest number first; without it the column only shrinks. */
  readonly drop?: number;
  /** Columns it never gets narrower or, unless it is the last to grow, wider than. */
  readonly min?: number;
  readonly max?: number;
}

export interface Tab {
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
  /** What comes after `blocks` and is read only once the tab is looked at. */
  readonly read?: Read;
  /** Live updates after which it is read again; absent: those of the kind. */
  readonly topics?: readonly Topic[];
}

type Read = (session: Session, signal?: AbortSignal) => Promise<readonly Block[]>;

/** Something of a row that a person can copy. */
export interface Copy {
  /** `URL` */
  readonly label: string;
  /** What it is, in one line. */
  readonly note: string;
  read(session: Session): string | Promise<string>;
}

/** Filters of the lists that say something about an object; what is absent says nothing about it. */
export interface Traces {
  readonly audit?: string;
  readonly changes?: string;
  readonly logs?: string;
  readonly alerts?: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly problems?: { readonly clusterId: string; readonly name: string | null };
}

/**
 * Everything the command line and the screens need to know about one kind of thing. Methods and not properties of
 * function type, so that a `Kind<User>` is a `Kind` to code that only passes rows through.
 */
export interface Kind<T = unknown> {
  /** Workspaces are the only kind outside a workspace. */
  readonly name: KindName | 'workspaces';
  readonly singular: string;
  readonly title: string;
  /** Other names on the command line. */
  readonly aliases: readonly string[];
  /** Live updates after which its list is read again. */
  readonly topics: readonly Topic[];
  readonly columns: readonly Column<T>[];
  readonly sort: string;
  /** Read again this often while it is on screen, for figures that change without an event. */
  readonly pollMs?: number;
  id(row: T): string;
  label(row: T): string;
  /** What tells rows of one label apart: the owner of an API key. */
  of?(row: T): string;
  /** Whether a row goes by another name too: the prefix of an API key. */
  isNamed?(row: T, name: string): boolean;
  fetch(session: Session, query: Query, signal?: AbortSignal): Promise<Page<T>>;
  /** Finds one by what a person would type. */
  find?(session: Session, name: string, signal?: AbortSignal): Promise<T | null>;
  /** What the detail shows beyond the row itself. */
  load?(session: Session, row: T, signal?: AbortSignal): Promise<unknown>;
  /** A counter whose growth per second is drawn as a sparkline, from the readings made while it is on screen. */
  counter?(row: T): number;
  tabs(row: T, loaded: unknown, now: number, rates?: readonly number[]): readonly Tab[];
  /** What can be copied of it; absent: the row itself. */
  copies?(row: T): readonly Copy[];
  /** Where else something is said about it: in the audit, the changes, the logs, the alerts and the problems. */
  traces?(row: T): Traces;
  /** The list of what is in it, which enter opens from its detail. */
  inside?(row: T): { readonly kind: string; readonly filter: string } | null;
  /** Why nothing is there and what to do about it. */
  readonly empty: string;
}

/** Text of one cell. */
export function cellText<T>(column: Column<T>, row: T, now: number): string {
  if (column.text) return column.text(row, now);
  const value = column.value(row);
  if (value === null || value === undefined) return '–';
  return typeof value === 'object' ? value.join(',') : String(value);
}

/** The one row a person meant by a name or id; null when there is none. */
export async function findRow<T>(
  kind: Kind<T>,
  session: Session,
  name: string,
  signal?: AbortSignal,
): Promise<T | null> {
  if (kind.find) return kind.find(session, name, signal);
  let cursor: string | undefined;
  do {
    const page: Page<T> = await kind.fetch(
      session,
      { limit: 500, ...(cursor === undefined ? {} : { cursor }) },
      signal,
    );
    const found = page.items.find((row) => kind.id(row) === name || kind.label(row) === name);
    if (found !== undefined) return found;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return null;
}
