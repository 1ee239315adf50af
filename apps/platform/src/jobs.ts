import { startInterval } from '@portolan/process/interval';
import type { Logger } from 'pino';
import type { Job } from './platform.ts';

/** Runs a job every `everyMs`, counted from the end of one run to the start of the next. Returns a function that stops it. */
export function startJob({ name, everyMs, run }: Job, log: Logger): () => Promise<void> {
  const job = startInterval({
    everyMs,
    run,
    onError: (error) => log.warn({ event: `${name}-failed`, error: String(error) }),
  });
  return () => job.close();
}
