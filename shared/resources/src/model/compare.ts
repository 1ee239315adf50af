import type { Route } from './model.ts';

/** Highest priority first, then by id: which route answers never depends on arrival order. */
export function compareRoutes(a: Route, b: Route): number {
  return b.priority - a.priority || compareText(a.id, b.id);
}

/** By code unit, the same everywhere. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
