import type { Action } from '@portolan/console/actions/action';
import type { Io } from '../terminal/io.ts';

/** A flag of the command line. */
export interface Flag {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** Other names for it: what kubectl calls the same. */
  readonly aliases?: readonly string[];
  readonly multiple?: boolean;
  /** Name of its value in help; a boolean with one may have a value behind `=`. */
  readonly value?: string;
  /** Allowed values; one that ends in `=` takes any text behind it. Of a boolean: what may follow an `=`. */
  readonly choices?: readonly string[];
  /** What completes its value. */
  readonly complete?: Words;
  readonly help: string;
}

export type Flags = Readonly<Record<string, Flag>>;

export interface Arguments {
  readonly words: readonly string[];
  text(flag: string): string | undefined;
  texts(flag: string): readonly string[];
  has(flag: string): boolean;
  /** Returns whether a boolean flag was turned off: `--watch=false`. */
  isOff(flag: string): boolean;
}

/** What completes a word: fixed words, names of one kind, or what the words before it determine. */
export type Words =
  | 'kinds'
  | 'objects'
  | 'verbs'
  | 'contexts'
  | 'namespaces'
  | 'workspaces'
  | 'files'
  | { readonly of: string }
  | readonly string[];

/** One verb of `portolan VERB`; help, completion and docs/cli.md are derived from it. */
export interface Verb {
  /** The words after the verb, one form a line. */
  readonly usage: string;
  /** More than the summary, in whole sentences. */
  readonly details?: string;
  readonly examples?: readonly string[];
  readonly flags: Flags;
  /** The actions it runs. */
  readonly actions?: readonly Action[];
  /** What completes its words one after the other; objects and files at the end complete all further words. */
  readonly complete?: readonly Words[];
  /** Returns the exit code. */
  run(args: Arguments, io: Io): Promise<number>;
}

/** A verb before its code is loaded. */
export interface VerbEntry {
  /** One word, or two: `audit verify`. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  load(): Promise<Verb>;
}

/** Verbs of one task, in the order people meet them. */
export interface VerbGroup {
  readonly title: string;
  readonly verbs: readonly VerbEntry[];
}
