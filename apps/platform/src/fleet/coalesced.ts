/**
 * Returns a function that starts `run`, at most once at a time: calls while it runs lead to one more run after it. An error goes
 * to `onError`.
 */
export function coalesced(run: () => Promise<void>, onError: (error: unknown) => void): () => void {
  let isRunning = false;
  let isStale = false;
  const runWhileStale = async () => {
    while (isStale) {
      isStale = false;
      await run();
    }
  };
  return () => {
    isStale = true;
    if (isRunning) return;
    isRunning = true;
    runWhileStale()
      .catch(onError)
      .finally(() => {
        isRunning = false;
      });
  };
}
