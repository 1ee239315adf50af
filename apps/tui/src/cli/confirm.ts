import { createInterface } from 'node:readline/promises';
import { Failure } from '@portolan/console/failure';
import { keepAcrossStops } from '../term/job-control.ts';
import type { Io } from './io.ts';

/** Asks on the terminal before something is lost; without a terminal `--yes` must have said so. */
export async function confirm(io: Io, question: string, isAgreed: boolean): Promise<void> {
  if (isAgreed) return;
  if (!io.stdin.isTTY) throw new Failure(`${question} There is no terminal to ask.`, 'Add --yes.', 2);
  const lines = createInterface({ input: io.stdin, output: io.stderr });
  if (lines.terminal) keepAcrossStops(lines, io.stdin, () => lines.prompt(true));
  const stop = new AbortController();
  // Without it readline swallows the key and the question never ends.
  lines.on('SIGINT', () => stop.abort());
  try {
    const answer = await lines.question(`${question} Type yes to go on: `, { signal: stop.signal });
    if (answer.trim() !== 'yes') throw new Failure('Nothing was done.');
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    throw new Failure('Nothing was done.');
  } finally {
    lines.close();
  }
}
