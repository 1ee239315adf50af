import { EVENT_ID, getScalarValue, parseEvents, type Event } from 'js-yaml';

const DEPTH_MAX = 1000;

/**
 * Returns the lines of JSON pointers in a text of YAML or JSON, from 1. A pointer that leads nowhere gets the line of the nearest part
 * around it. Empty for a text that cannot be read again.
 */
export function linesOf(text: string, pointers: readonly string[]): ReadonlyMap<string, number> {
  const wanted = new Set(pointers.flatMap(withParents));
  const offsets = new Map<string, number>();
  try {
    for (const [pointer, offset] of placesOf(text)) if (wanted.has(pointer)) offsets.set(pointer, offset);
  } catch {
    return new Map();
  }
  const starts = lineStarts(text);
  return new Map(
    pointers.flatMap((pointer) => {
      const nearest = withParents(pointer).find((each) => offsets.has(each));
      const offset = nearest === undefined ? undefined : offsets.get(nearest);
      return offset === undefined ? [] : [[pointer, lineAt(starts, offset)] as const];
    }),
  );
}

/** Returns a pointer and those of everything around it, innermost first. */
function withParents(pointer: string): string[] {
  const found = [pointer];
  for (let end = pointer.lastIndexOf('/'); end >= 0; end = pointer.lastIndexOf('/', end - 1)) {
    found.push(pointer.slice(0, end));
    if (end === 0) break;
  }
  return found;
}

interface Collection {
  readonly pointer: string;
  readonly isMapping: boolean;
  /** Key whose value comes next; null where a key does. */
  key: { readonly name: string; readonly offset: number } | null;
  count: number;
}

/** Yields the pointer of each value and the offset of its key, or of itself in a list. */
function* placesOf(text: string): Generator<[string, number]> {
  const stack: Collection[] = [];
  for (const event of parseEvents(text, { maxDepth: DEPTH_MAX })) {
    if (event.type === EVENT_ID.DOCUMENT) continue;
    if (event.type === EVENT_ID.POP) {
      stack.pop();
      continue;
    }
    const parent = stack.at(-1);
    if (parent?.isMapping === true && parent.key === null) {
      parent.key = { name: keyOf(text, event), offset: startOf(event) };
      if (isCollection(event)) stack.push({ pointer: '', isMapping: false, key: null, count: 0 });
      continue;
    }
    const name = parent === undefined ? null : parent.isMapping ? (parent.key?.name ?? '') : parent.count++;
    const offset = parent?.key?.offset ?? startOf(event);
    const pointer = parent === undefined || name === null ? '' : `${parent.pointer}/${escape(name)}`;
    if (parent !== undefined) parent.key = null;
    yield [pointer, offset];
    if (isCollection(event))
      stack.push({ pointer, isMapping: event.type === EVENT_ID.MAPPING, key: null, count: 0 });
  }
}

function isCollection({ type }: Event): boolean {
  return type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE;
}

/** RFC 6901 §3. */
function escape(name: string | number): string {
  return String(name).replaceAll('~', '~0').replaceAll('/', '~1');
}

function keyOf(text: string, event: Event): string {
  return event.type === EVENT_ID.SCALAR ? getScalarValue(text, event) : '';
}

function startOf(event: Event): number {
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return event.valueStart;
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start;
    case EVENT_ID.ALIAS:
      return event.anchorStart;
    default:
      return 0;
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}
