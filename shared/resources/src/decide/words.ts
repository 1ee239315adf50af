import type { Limit, ObjectRef } from '../model/model.ts';

/** `Kind "name"`, with its namespace where it has one. */
export function nameObject({ kind, namespace, name }: ObjectRef): string {
  return `${kind} "${name}"${namespace === '' ? '' : ` in namespace "${namespace}"`}`;
}

/** A limit in words: `10 requests per 1m`. */
export function nameLimit({ limit, periodMs }: Limit): string {
  return `${limit} request${limit === 1 ? '' : 's'} per ${namePeriod(periodMs)}`;
}

/** `a`, `b` or `c`. */
export function list(words: readonly string[], joiner: 'and' | 'or'): string {
  const quoted = words.map((word) => `"${word}"`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} ${joiner} ${quoted.at(-1)}`;
}

export const WHO = {
  caller: 'the caller',
  editor: 'whoever may change resources (role editor or higher, or kubectl)',
  admin: 'a workspace administrator (users and groups)',
} as const;

function namePeriod(periodMs: number): string {
  const units = [
    [3_600_000, 'h'],
    [60_000, 'm'],
    [1000, 's'],
  ] as const;
  const unit = units.find(([ms]) => periodMs % ms === 0);
  return unit === undefined ? `${periodMs}ms` : `${periodMs / unit[0]}${unit[1]}`;
}
