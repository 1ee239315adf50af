import { constants } from 'node:os';

/** Why the screen ended without its user leaving it. */
export type ExitReason =
  | { readonly type: 'signal'; readonly exitCode: number }
  | { readonly type: 'crash'; readonly error: unknown };

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Watches for the first signal to end and the first uncaught error, so that the terminal is given back before the process
 * ends: a signal that is not caught ends it with the mouse still reported. The second ends it at once. Returns how to stop watching.
 */
export function watchExits(onExit: (ending: ExitReason) => void): () => void {
  const handlers = SIGNALS.map((signal) => {
    // As a shell counts a program that a signal has ended.
    const exitCode = 128 + constants.signals[signal];
    return [signal, () => onExit({ type: 'signal', exitCode })] as const;
  });
  const onError = (error: unknown) => onExit({ type: 'crash', error });
  for (const [signal, handler] of handlers) process.once(signal, handler);
  process.once('uncaughtException', onError);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
    process.off('uncaughtException', onError);
  };
}
