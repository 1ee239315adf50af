import { describeFlags, FlagError, parseFlags, type Flags } from '@portolan/process/flags';
import type { z } from 'zod';
import { Refusal } from './refusal.ts';

/** Asked for help instead of for a start. */
export class HelpRequested extends Error {
  override readonly name = 'HelpRequested';
}

/** Reads the flags of one role of the program; `--help` throws what there is to read instead. */
export function readFlags<S extends z.ZodObject>(schema: S, argv: readonly string[]): Flags<S> {
  if (argv.includes('--help') || argv.includes('-h')) throw new HelpRequested(describeFlags(schema));
  try {
    return parseFlags(schema, argv);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    throw new Refusal(error.message, 'Add --help for the options.', error);
  }
}
