import { useState } from 'react';

/** Rows as they were when a person began to read them, and how many came since. */
export interface HeldRows<T> {
  readonly rows: readonly T[];
  readonly newer: number;
  /** Shows what came since, and everything that comes. */
  readonly release: () => void;
}

/** Returns live rows, newest first; while `isReading` those that come are counted instead of pushing the others down. */
export function useHeldRows<T>(
  rows: readonly T[],
  idOf: (row: T) => string,
  isReading: boolean,
): HeldRows<T> {
  const [top, setTop] = useState<string | null>(null);
  const first = rows[0];
  if (isReading && top === null && first !== undefined) setTop(idOf(first));
  if (!isReading && top !== null) setTop(null);
  const at = top === null ? 0 : rows.findIndex((row) => idOf(row) === top);
  const newer = Math.max(0, at);
  return { rows: newer === 0 ? rows : rows.slice(newer), newer, release: () => setTop(null) };
}
