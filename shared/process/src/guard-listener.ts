/**
 * Returns `listener` inside a boundary: what it throws, or rejects with, goes to `onFailure` together with the event's
 * arguments. Without it, an error in a listener of a server or a stream ends the process, as no caller can catch it.
 *
 * Every listener that reads what a stranger sends (`upgrade`, `connect`, `clientError`, stream events) is wrapped, and
 * `onFailure` ends the one connection or exchange: `guardListener(onUpgrade, (error, request, socket) => …)`.
 */
export function guardListener<Args extends unknown[]>(
  listener: (...args: Args) => unknown,
  onFailure: (error: unknown, ...args: Args) => void,
): (...args: Args) => void {
  return (...args) => {
    try {
      const result = listener(...args);
      if (result instanceof Promise) result.catch((error: unknown) => onFailure(error, ...args));
    } catch (error) {
      onFailure(error, ...args);
    }
  };
}
