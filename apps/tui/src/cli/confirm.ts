import { createInterface } from 'node:readline/promises';
import { Failure } from '@portolan/console/failure';
import { keepAcrossStops } from '../terminal/job-control.ts';
import type { Target } from './connect.ts';
import type { Io } from '../terminal/io.ts';
import type { Arguments } from './verb.ts';

export interface Confirmation {
  readonly question: string;
  /** Says whether this is production, where --yes must name the context. */
  readonly session: { readonly target: Target };
}

/**
 * Asks on the terminal before something is lost. --yes agrees beforehand and is needed without a terminal; on a production
 * context it must carry the name of the context, so that a command meant for another one does nothing.
 */
export async function confirm(io: Io, args: Arguments, { question, session }: Confirmation): Promise<void> {
  const { target } = session;
  const isProduction = target.context?.production === true;
  if (args.has('yes')) {
    if (!isProduction || args.text('yes') === target.name) return;
    throw new Failure(
      `${question} Context ${target.name} is production.`,
      `Nothing was changed. Confirm with --yes=${target.name}.`,
      2,
    );
  }
  if (!io.stdin.isTTY)
    throw new Failure(
      `${question} There is no terminal to confirm on.`,
      `Add --yes${isProduction ? `=${target.name}` : ''}.`,
      2,
    );
  const word = isProduction ? target.name : 'yes';
  const lines = createInterface({ input: io.stdin, output: io.stderr });
  if (lines.terminal) keepAcrossStops(lines, io.stdin, () => lines.prompt(true));
  const stop = new AbortController();
  // Without it readline swallows the key and the question never ends.
  lines.on('SIGINT', () => stop.abort());
  try {
    const answer = await lines.question(`${question} Type ${word} to continue: `, { signal: stop.signal });
    if (answer.trim() !== word) throw new Failure('Cancelled. Nothing was changed.');
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    throw new Failure('Cancelled. Nothing was changed.');
  } finally {
    lines.close();
  }
}
