/** One value that was changed by one side or both since they parted. */
export interface Difference {
  readonly path: readonly string[];
  readonly base: unknown;
  readonly mine: unknown;
  readonly theirs: unknown;
  /** Whether both changed it, and not to the same. */
  readonly isConflict: boolean;
  /** Which one is taken; null until a conflict is decided. */
  readonly choice: 'mine' | 'theirs' | null;
}

/** What two people changed in one object; lists count as one value, for nobody knows what half of one means. */
export function compare(base: unknown, mine: unknown, theirs: unknown): readonly Difference[] {
  const leaves = [base, mine, theirs].map((one) => leavesOf(one));
  const paths = new Map(leaves.flatMap((one) => [...one].map(([key, { path }]) => [key, path] as const)));
  return [...paths].flatMap(([key, path]): readonly Difference[] => {
    const [was, own, other] = leaves.map((one) => one.get(key)?.value);
    const isMine = !isSame(was, own);
    const isTheirs = !isSame(was, other);
    if (!isMine && !isTheirs) return [];
    const isConflict = isMine && isTheirs && !isSame(own, other);
    return [
      {
        path,
        base: was,
        mine: own,
        theirs: other,
        isConflict,
        choice: isConflict ? null : isMine ? 'mine' : 'theirs',
      },
    ];
  });
}

/** Theirs, with the values that are taken from mine. */
export function mergeInto(theirs: unknown, differences: readonly Difference[]): unknown {
  const merged = structuredClone(theirs);
  for (const { path, mine, choice } of differences) if (choice === 'mine') put(merged, path, mine);
  return merged;
}

type Leaves = Map<string, { readonly path: readonly string[]; readonly value: unknown }>;

function leavesOf(value: unknown, path: readonly string[] = [], into: Leaves = new Map()): Leaves {
  if (isRecord(value) && (path.length === 0 || Object.keys(value).length > 0))
    for (const [key, held] of Object.entries(value)) leavesOf(held, [...path, key], into);
  else if (value !== undefined) into.set(JSON.stringify(path), { path, value });
  return into;
}

function put(target: unknown, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined || !isRecord(target)) return;
  if (rest.length === 0) {
    if (value === undefined) delete target[key];
    else define(target, key, value);
    return;
  }
  if (!Object.hasOwn(target, key) || !isRecord(target[key])) define(target, key, {});
  put(target[key], rest, value);
}

/** A key such as `__proto__` is a key like any other. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether two JSON values are the same; the order of an object's keys does not count. */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((value, at) => isSame(value, other[at]));
  if (!isRecord(one) || !isRecord(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSame(one[key], other[key]))
  );
}
