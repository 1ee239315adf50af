import type { Interface } from 'node:readline';
import { setImmediate as afterPoll } from 'node:timers/promises';

/** A stop that has not happened by then will not: the kernel ignores it where no shell could continue the job. */
const STOP_WAIT_MS = 200;

type RawInput = Pick<NodeJS.ReadStream, 'setRawMode'>;

/**
 * Returns how to stop every process of the job, as the terminal does on ctrl-z: the shell takes the terminal back only
 * when npm and other parents are stopped too. It resolves once the job is continued, at once when that happened since
 * the preparation; with false when there is no shell to stop for (POSIX XBD 11.1.4, orphaned process group).
 */
export function prepareStop(): () => Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let isContinued = false;
  const onContinue = () => {
    isContinued = true;
    resolve(true);
  };
  process.once('SIGCONT', onContinue);
  return async () => {
    // Giving the terminal back may have stopped this process already, when its parent was stopped before it.
    await afterPoll();
    if (!isContinued) process.kill(0, 'SIGTSTP');
    // A timer that passed during the stop fires before the signal is read, which the next poll does.
    const timer = setTimeout(() => void afterPoll().then(() => resolve(false)), STOP_WAIT_MS);
    await promise;
    clearTimeout(timer);
    process.off('SIGCONT', onContinue);
    return promise;
  };
}

/** Sets raw mode again after a stop, during which the shell has set the terminal as it likes; Node takes it for set. */
export function renewRawMode(input: RawInput): void {
  input.setRawMode(false);
  input.setRawMode(true);
}

/** Watches for stops and continuations that come from outside. Returns how to stop watching. */
export function watchJob(on: { stop: () => void; resume: () => void }): () => void {
  process.on('SIGTSTP', on.stop);
  process.on('SIGCONT', on.resume);
  return () => {
    process.off('SIGTSTP', on.stop);
    process.off('SIGCONT', on.resume);
  };
}

/** Keeps a question on the terminal alive across stops, however they come: it is asked again, still without echo. */
export function keepAcrossStops(lines: Interface, input: RawInput, askAgain: () => void): void {
  const resume = () => {
    renewRawMode(input);
    askAgain();
  };
  process.on('SIGCONT', resume);
  lines.on('SIGTSTP', () => {
    const stop = prepareStop();
    input.setRawMode(false);
    void stop().then((isContinued) => !isContinued && resume());
  });
  lines.once('close', () => process.off('SIGCONT', resume));
}
