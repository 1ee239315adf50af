import { createHash } from 'node:crypto';

/** Returns the session partition of a context. Names are hashed: they may hold anything, and partitions are folders. */
export function partitionOf(context: string | null): string {
  if (context === null) return 'persist:start';
  return `persist:context-${createHash('sha256').update(context).digest('hex').slice(0, 32)}`;
}
