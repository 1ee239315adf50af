/** What a manifest may cost to read. */
export interface LoadLimits {
  readonly sizeBytesMax: number;
  /** Maps and lists within each other. */
  readonly depthMax: number;
  /** Values in a document that uses aliases, once each alias is replaced by what it stands for. */
  readonly unfoldedMax: number;
  /** Problems reported of one file. */
  readonly problemsMax: number;
}

export const DEFAULT_LIMITS: LoadLimits = {
  sizeBytesMax: 8 * 1024 * 1024,
  depthMax: 64,
  unfoldedMax: 100_000,
  problemsMax: 100,
};

/** Text of a file, without its byte order mark; null when it is not UTF-8. */
export function decodeText(input: string | Uint8Array): string | null {
  if (typeof input === 'string') return input.startsWith('\uFEFF') ? input.slice(1) : input;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(input);
  } catch {
    return null;
  }
}

/**
 * How many values a document with aliases has when they are unfolded; Infinity when one stands for a part of itself.
 * Each shared part is visited once, however often it is used.
 */
export function countUnfolded(root: unknown): number {
  const known = new Map<object, number>();
  const count = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 1;
    const before = known.get(value);
    if (before !== undefined) return before;
    // Until it is counted, meeting the value again means a cycle.
    known.set(value, Infinity);
    let total = 1;
    for (const child of Object.values(value)) total += count(child);
    known.set(value, total);
    return total;
  };
  return count(root);
}

/** A size in the unit a person would use. */
export function describeSize(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${Math.ceil((bytes / 1024 / 1024) * 10) / 10} MiB` : `${bytes} bytes`;
}
