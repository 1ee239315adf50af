import { startChild, type Child, type ChildSpec } from './child.ts';

/** Wait before the n-th restart in a row, doubled from the first up to the last; a run this long begins anew. */
const FIRST_DELAY_MS = 500;
const LAST_DELAY_MS = 30_000;
const STEADY_MS = 60_000;

export interface PartSpec extends Omit<ChildSpec, 'args'> {
  /** Its arguments; `ready` is what it reported at its first start, so that a restart takes the same ports. */
  readonly args: (ready: unknown) => readonly string[];
  readonly restarts: boolean;
  readonly log: (text: string) => void;
}

/** A part of the system, in one process after another. */
export interface Part {
  readonly name: string;
  /** Starts it for the first time and returns what it reports when ready; rejects when it ends before. */
  start(): Promise<{ readonly pid: number; readonly message: unknown }>;
  /** SIGTERM, then SIGKILL after `graceMs`; it is not started again. */
  stop(graceMs: number): Promise<void>;
  /** Ends it at once; it is not started again. */
  kill(): void;
}

/** Makes a part that is started again, with exponential back-off, whenever it ends after its first start. */
export function createPart(spec: PartSpec): Part {
  let child: Child | undefined;
  let ready: unknown;
  let isStopping = false;
  let restarts = 0;
  let timer: NodeJS.Timeout | undefined;

  const run = (): Child => {
    const startedAt = performance.now();
    const running = startChild({ ...spec, args: spec.args(ready) });
    void running.ended.then((how) => {
      if (ready === undefined || isStopping) return;
      if (performance.now() - startedAt >= STEADY_MS) restarts = 0;
      restartAfter(how);
    });
    child = running;
    // Killed before it was started: the stop came while others were starting.
    if (isStopping) running.kill();
    return running;
  };

  const restartAfter = (how: string): void => {
    if (!spec.restarts) return spec.log(`${spec.name} ended (${how}); the other parts keep running`);
    const delayMs = Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 2 ** restarts);
    restarts += 1;
    spec.log(`${spec.name} ended (${how}); restarting it in ${delayMs / 1000} s (log: ${spec.logFile})`);
    timer = setTimeout(() => {
      run()
        .ready()
        .then(
          () => spec.log(`${spec.name} is running again`),
          () => undefined, // it ended once more, which is reported and retried as every end
        );
    }, delayMs);
  };

  const forget = (): void => {
    isStopping = true;
    clearTimeout(timer);
  };

  return {
    name: spec.name,
    async start() {
      const first = run();
      const message = await first.ready();
      ready = message ?? null;
      return { pid: first.pid, message };
    },
    async stop(graceMs) {
      forget();
      await child?.stop(graceMs);
    },
    kill() {
      forget();
      child?.kill();
    },
  };
}
