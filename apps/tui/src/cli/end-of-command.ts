/** Ends with the process's first ctrl-c or SIGTERM, so that a command that goes on can end in its own way. */
export function endOfCommand(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}
