import type { Io } from './io.ts';

/** A flag of the command line. */
interface Flag {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** Name of its value in help, and what the shell may complete it with. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly help: string;
}

export type Flags = Readonly<Record<string, Flag>>;

export interface Arguments {
  readonly words: readonly string[];
  text(flag: string): string | undefined;
  texts(flag: string): readonly string[];
  has(flag: string): boolean;
}

/** One verb of `portolan VERB`; help, completion and docs/cli.md are made from the same record. */
export interface Verb {
  readonly name: string;
  /** Its words after the verb. */
  readonly usage: string;
  readonly summary: string;
  readonly examples?: readonly string[];
  readonly flags: Flags;
  /** What completes its first word. */
  readonly complete?: 'kinds' | 'shells' | 'verbs';
  /** Answers the exit code. */
  run(args: Arguments, io: Io): Promise<number>;
}

/** Flags of every verb that talks to a platform. */
export const platformFlags: Flags = {
  platform: { type: 'string', value: 'URL', help: 'address of the platform (PORTOLAN_PLATFORM)' },
  workspace: { type: 'string', value: 'NAME', help: 'workspace (PORTOLAN_WORKSPACE)' },
  context: { type: 'string', value: 'NAME', help: 'context of the configuration file to use' },
  'token-file': {
    type: 'string',
    value: 'FILE',
    help: 'read the sign-in token from a file (PORTOLAN_TOKEN holds one)',
  },
};

export const OUTPUTS = ['table', 'wide', 'json', 'yaml', 'name'] as const;
export type Output = (typeof OUTPUTS)[number];

export const outputFlag: Flags = {
  output: {
    type: 'string',
    short: 'o',
    value: 'FORMAT',
    choices: OUTPUTS,
    help: 'table, wide, json, yaml or name',
  },
};
