import type { Duplex } from 'node:stream';
import { resetSocket } from '@portolan/process/reset-socket';

/** Two connections of which one half is over last as long as bytes pass within this time. */
const HALF_CLOSED_IDLE_MS = 60_000;

interface JoinEvents {
  /** Bytes that `left` sent. */
  fromLeft(bytes: number): void;
  fromRight(bytes: number): void;
  /** Both connections are closed; called once. */
  end(): void;
}

/**
 * Joins two connections: bytes, back-pressure and half-close pass both ways. What one side ended is delivered whole to
 * the other, however slowly that reads; where one side breaks, the other sees a break.
 */
export function joinConnections(left: Duplex, right: Duplex, events: JoinEvents): void {
  let open = 2;
  let timer: NodeJS.Timeout | undefined;
  const watch = (): void => {
    timer ??= setTimeout(() => {
      resetSocket(left);
      resetSocket(right);
    }, HALF_CLOSED_IDLE_MS).unref();
  };
  const closed = (): void => {
    open -= 1;
    if (open > 0) return watch();
    clearTimeout(timer);
    events.end();
  };
  for (const [from, to, count] of [
    [left, right, events.fromLeft],
    [right, left, events.fromRight],
  ] as const) {
    const forward = (chunk: Buffer): void => {
      count(chunk.length);
      timer?.refresh();
      if (!to.write(chunk)) from.pause();
    };
    from.on('data', forward);
    to.on('drain', () => {
      timer?.refresh();
      from.resume();
    });
    from.once('end', () => {
      to.end();
      watch();
    });
    from.on('error', () => from.destroy());
    to.once('close', () => {
      // Further data has no receiver, but must be read: otherwise the end would never be noticed.
      from.off('data', forward);
      from.resume();
    });
    from.once('close', () => {
      if (from.readableEnded) to.end();
      else resetSocket(to);
      closed();
    });
  }
}
