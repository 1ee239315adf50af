import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Job } from './platform.ts';

/** Runs a job every `everyMs`, counted from the end of one run to the next; returns a function that stops it. */
export function startJob({ name, everyMs, run }: Job, log: Logger): () => Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  const running = (async () => {
    for (;;) {
      await delay(everyMs, undefined, { signal, ref: false });
      await run(signal).catch((error: unknown) => {
        if (!signal.aborted) log.warn({ event: `${name}-failed`, error: String(error) });
      });
    }
  })().catch(() => {});
  return async () => {
    stop.abort();
    await running;
  };
}
