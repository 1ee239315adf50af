import type { Io } from './io.ts';

/** A flag of the command line. */
export interface Flag {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** Other names for it: what kubectl calls the same. */
  readonly aliases?: readonly string[];
  readonly multiple?: boolean;
  /** Name of its value in help; a boolean with one may have a value behind `=`. */
  readonly value?: string;
  /** What it may be; one that ends in `=` goes on as the user likes. Of a boolean: what may follow an `=`. */
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
  /** Whether a boolean was switched off: `--watch=false`. */
  isOff(flag: string): boolean;
}

/** What completes a word: fixed words, names of one kind, or what the words before it say. */
export type Words =
  | 'kinds'
  | 'objects'
  | 'verbs'
  | 'contexts'
  | 'files'
  | { readonly of: string }
  | readonly string[];

/** One verb of `portolan VERB`; help, completion and docs/cli.md are made from the same record. */
export interface Verb {
  /** Its words after the verb. */
  readonly usage: string;
  /** More than the summary, in whole sentences. */
  readonly details?: string;
  readonly examples?: readonly string[];
  readonly flags: Flags;
  /** What completes its words, the last one those after it too. */
  readonly complete?: readonly Words[];
  /** Answers the exit code. */
  run(args: Arguments, io: Io): Promise<number>;
}

/** A verb before its code is loaded, so that a command line starts with what it needs and no more. */
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
