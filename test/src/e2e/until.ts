/** Repeats `probe` until it answers something truthy; throws with the last answer when `timeoutMs` is over. */
export async function until<T>(
  what: string,
  timeoutMs: number,
  probe: () => Promise<T>,
): Promise<NonNullable<T>> {
  const end = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (answer) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) throw new Error(`${what}: not within ${timeoutMs} ms`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
