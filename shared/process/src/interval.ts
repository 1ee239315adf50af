export interface IntervalJob {
  /** Runs the job now; while it is running, once more when that run has ended. */
  trigger(): void;
  /** Stops the job, aborts the signal of a run in progress and resolves when it has ended. */
  close(): Promise<void>;
}

export interface IntervalOptions {
  /** Milliseconds from the end of one run to the start of the next. */
  readonly everyMs: number;
  readonly run: (signal: AbortSignal) => unknown;
  readonly onError: (error: unknown) => void;
  /** Also runs once at the start. */
  readonly isImmediate?: boolean;
}

/** Runs a job at an interval until closed. Runs never overlap; one that fails is reported and the next is on time. */
export function startInterval({ everyMs, run, onError, isImmediate = false }: IntervalOptions): IntervalJob {
  const closed = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;
  let isTriggered = false;

  const schedule = (): void => {
    // Keeps no process alive: whoever starts a job also owns something that does.
    timer = setTimeout(start, everyMs).unref();
  };
  const start = (): void => {
    running = runOnce().finally(() => {
      running = null;
      if (closed.signal.aborted) return;
      if (isTriggered) start();
      else schedule();
    });
  };
  const runOnce = async (): Promise<void> => {
    isTriggered = false;
    try {
      await run(closed.signal);
    } catch (error) {
      if (!closed.signal.aborted) onError(error);
    }
  };

  if (isImmediate) start();
  else schedule();
  return {
    trigger() {
      if (closed.signal.aborted) return;
      if (running !== null) {
        isTriggered = true;
        return;
      }
      clearTimeout(timer);
      start();
    },
    async close() {
      closed.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
