import { mendResponseEndings } from './response-endings.ts';
import { HelpRequested, StartupError } from './startup-error.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export interface ProgramContext {
  /** Arguments after the name of the script. */
  readonly argv: readonly string[];
  /** Aborts on SIGINT, SIGTERM or when the supervising process is gone. */
  readonly stop: AbortSignal;
  /** Aborts on a second signal: whatever is still closing gracefully should end at once. */
  readonly stopNow: AbortSignal;
  /** Reports to the supervising process, if there is one, that the program is ready. */
  ready(details: Readonly<Record<string, unknown>>): void;
}

/**
 * Runs a program until `main` settles and exits with its outcome: 0 when it resolves or help was requested, the exit code
 * of a {@link StartupError} (printed as one line on stderr), else 1 with the stack trace.
 * A process with `PORTOLAN_SUPERVISED=1` also stops when the IPC channel of its supervisor closes.
 */
export async function runProgram(
  name: string,
  main: (context: ProgramContext) => Promise<void>,
): Promise<never> {
  mendResponseEndings();
  const stop = new AbortController();
  const stopNow = new AbortController();
  const onSignal = () => (stop.signal.aborted ? stopNow : stop).abort();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  if (process.env['PORTOLAN_SUPERVISED'] === '1') process.once('disconnect', () => stop.abort());
  try {
    await main({
      argv: process.argv.slice(2),
      stop: stop.signal,
      stopNow: stopNow.signal,
      ready: (details) => void process.send?.({ event: 'ready', ...details, pid: process.pid }),
    });
  } catch (error) {
    return exitWith(name, error);
  }
  return process.exit(0);
}

/** Resolves when the signal aborts, or at once when it has. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function exitWith(name: string, error: unknown): never {
  if (error instanceof HelpRequested) {
    process.stdout.write(`${error.message}\n`);
    return process.exit(0);
  }
  if (error instanceof StartupError) {
    process.stderr.write(`${name}: ${error.message} ${error.fix}\n`);
    return process.exit(error.exitCode);
  }
  process.stderr.write(`${name}: ${error instanceof Error ? error.stack : String(error)}\n`);
  return process.exit(1);
}
