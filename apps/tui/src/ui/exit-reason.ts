import { constants } from 'node:os';

/** How the screen ends that its person did not leave. */
export type Ending =
  | { readonly type: 'signal'; readonly exitCode: number }
  | { readonly type: 'crash'; readonly error: unknown };

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Told of the first signal to end and of the first error nobody caught, so that the terminal is given back before the
 * process goes: a signal that is not caught ends it with the mouse still reported. The second ends it at once. Answers how to stop watching.
 */
export function watchEndings(onEnding: (ending: Ending) => void): () => void {
  const handlers = SIGNALS.map((signal) => {
    // As a shell counts a program that a signal has ended.
    const exitCode = 128 + constants.signals[signal];
    return [signal, () => onEnding({ type: 'signal', exitCode })] as const;
  });
  const onError = (error: unknown) => onEnding({ type: 'crash', error });
  for (const [signal, handler] of handlers) process.once(signal, handler);
  process.once('uncaughtException', onError);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
    process.off('uncaughtException', onError);
  };
}
