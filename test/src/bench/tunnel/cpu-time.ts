import { readdirSync, readFileSync } from 'node:fs';

/** CPU seconds the threads of these processes have used so far; NaN where the system does not say (proc(5)). */
export function cpuSeconds(pids: readonly (number | undefined)[]): number {
  try {
    return pids.reduce<number>((sum, pid) => sum + nanosecondsOf(`/proc/${pid ?? 0}/task`), 0) / 1e9;
  } catch {
    return Number.NaN;
  }
}

/** schedstat counts in nanoseconds; stat's ticks of 10 ms are too coarse for short measurements. */
function nanosecondsOf(tasks: string): number {
  return readdirSync(tasks).reduce(
    (sum, task) => sum + Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]),
    0,
  );
}
