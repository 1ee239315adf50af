import { performance, type EventLoopUtilization } from 'node:perf_hooks';

/** How loaded this process is, 0 to 1: the busier of its event loop (since the last reading) and its sessions. */
export class LoadMeter {
  #last: EventLoopUtilization = performance.eventLoopUtilization();
  #readAt = performance.now();
  #utilization = 0;

  read(sessionShare: number): number {
    const now = performance.now();
    // Reports come in bursts; a share of a few milliseconds says nothing.
    if (now - this.#readAt > 1_000) {
      const current = performance.eventLoopUtilization();
      this.#utilization = performance.eventLoopUtilization(current, this.#last).utilization;
      this.#last = current;
      this.#readAt = now;
    }
    return Math.min(1, Math.max(this.#utilization, sessionShare));
  }
}
