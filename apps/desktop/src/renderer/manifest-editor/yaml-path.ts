/** Where in a manifest a place is, told by indentation: good enough while a text is being written and is not valid YAML yet. */
export interface YamlPlace {
  /** Keys and `[]` of lists from the root to the mapping or list around the place. */
  readonly path: readonly string[];
  /** Key whose value is being written; null while a key is. */
  readonly key: string | null;
  /** Keys that the mapping has already. */
  readonly siblings: ReadonlySet<string>;
  /** `apiVersion` and `kind` of the document. */
  readonly apiVersion: string;
  readonly kind: string;
}

interface Entry {
  readonly indent: number;
  readonly isItem: boolean;
  /** Null for an item that is no mapping. */
  readonly key: string | null;
  readonly value: string;
}

const SEPARATOR = /^---(?:\s|$)/;

/** Returns the place of an offset in a text. */
export function placeAt(text: string, offset: number): YamlPlace {
  const { lines, at } = documentAround(text, offset);
  const column = offset - lineStart(text, offset);
  const before = (lines[at] ?? '').slice(0, column);
  const written = /^\s*(?:- +)*([\w./-]+):\s/.exec(before);
  const indent = indentOf(before);
  const above = lines.slice(0, at).flatMap(entriesOf);
  const below = lines.slice(at + 1).flatMap(entriesOf);
  const path = pathAbove([...above, ...itemsOf(before)], indent);
  return {
    path,
    key: written?.[1] ?? null,
    siblings: new Set([...siblingsIn(above.toReversed(), indent), ...siblingsIn(below, indent)]),
    apiVersion: topLevel(lines, 'apiVersion'),
    kind: topLevel(lines, 'kind'),
  };
}

function documentAround(
  text: string,
  offset: number,
): { readonly lines: readonly string[]; readonly at: number } {
  const all = text.split('\n');
  const line = text.slice(0, offset).split('\n').length - 1;
  let from = line;
  while (from > 0 && !SEPARATOR.test(all[from] ?? '')) from -= 1;
  if (SEPARATOR.test(all[from] ?? '')) from += 1;
  let to = line + 1;
  while (to < all.length && !SEPARATOR.test(all[to] ?? '')) to += 1;
  return { lines: all.slice(from, to), at: Math.max(0, line - from) };
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Column at which a key of a line begins: after its spaces and the dashes of lists. */
function indentOf(line: string): number {
  return /^\s*(?:- +)*/.exec(line)?.[0].length ?? 0;
}

/** Returns what a line adds: an item for each dash, then a key. */
function entriesOf(line: string): readonly Entry[] {
  if (/^\s*(?:#|$)/.test(line)) return [];
  const found = /^\s*(?:- +)*(?:("[^"]*"|'[^']*'|[\w./-]+):(?:\s+(.*))?)?$/.exec(line);
  const key = found?.[1]?.replaceAll(/^["']|["']$/g, '') ?? null;
  return [
    ...itemsOf(line),
    ...(key === null
      ? []
      : [{ indent: indentOf(line), isItem: false, key, value: (found?.[2] ?? '').trim() }]),
  ];
}

function itemsOf(line: string): readonly Entry[] {
  const dashes = /^\s*(?:- +)*/.exec(line)?.[0] ?? '';
  return [...dashes.matchAll(/- +/g)].map(({ index }) => ({
    indent: index,
    isItem: true,
    key: null,
    value: '',
  }));
}

/** Walks up: each entry that is less indented is around the place. A dash may stand as far left as the key of its list. */
function pathAbove(entries: readonly Entry[], indent: number): readonly string[] {
  const path: string[] = [];
  let limit = indent;
  let isInItem = false;
  for (const { indent: own, isItem, key } of entries.toReversed()) {
    if (isItem ? own < limit : own < limit || (isInItem && own === limit)) {
      if (!isItem && key === null) continue;
      path.unshift(isItem ? '[]' : (key ?? ''));
      limit = own;
      isInItem = isItem;
    }
  }
  return path;
}

/** Keys at an indentation until the text leaves it. */
function siblingsIn(entries: readonly Entry[], indent: number): readonly string[] {
  const found: string[] = [];
  for (const { indent: own, key } of entries) {
    if (own < indent) break;
    if (own === indent && key !== null) found.push(key);
  }
  return found;
}

function topLevel(lines: readonly string[], name: string): string {
  const line = lines.find((one) => one.startsWith(`${name}:`)) ?? '';
  return line.slice(name.length + 1).trim();
}
