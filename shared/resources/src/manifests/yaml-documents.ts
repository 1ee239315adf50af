import { EVENT_ID, YAMLException, constructFromEvents, parseEvents, type Event } from 'js-yaml';
import { manifestSchema } from './yaml-schema.ts';

/** A document of a YAML text, with the lines a reader needs. */
export interface YamlDocument {
  readonly value: unknown;
  readonly line: number;
  /** Lines of the entries of the list under the root's key `items`, if there is one. */
  readonly itemLines: readonly number[];
  readonly hasAliases: boolean;
}

/** A document that is not YAML. */
export interface YamlFault {
  readonly line: number;
  readonly reason: string;
}

export interface YamlResult {
  readonly documents: readonly YamlDocument[];
  readonly faults: readonly YamlFault[];
}

/** Reads all documents of a text; a faulty one does not keep the others from being read. */
export function parseDocuments(
  text: string,
  limits: { readonly depthMax: number; readonly faultsMax: number },
): YamlResult {
  try {
    return { documents: parseAll(text, 1, limits.depthMax), faults: [] };
  } catch (error) {
    if (!hasSeveral(text)) return { documents: [], faults: [faultOf(error, 1)] };
    return parseApart(text, limits);
  }
}

// YAML 1.2 §9.1.2: these lines separate documents wherever they stand, even in a quoted or block scalar.
const MARKER = /^---(?=[ \t\r\n]|$)/gm;

function hasSeveral(text: string): boolean {
  return text.search(MARKER) >= 0;
}

function parseApart(
  text: string,
  { depthMax, faultsMax }: { readonly depthMax: number; readonly faultsMax: number },
): YamlResult {
  const documents: YamlDocument[] = [];
  const faults: YamlFault[] = [];
  let line = 1;
  let start = 0;
  const ends = [...text.matchAll(MARKER)].map(({ index }) => index).filter((index) => index > 0);
  for (const end of [...ends, text.length]) {
    const piece = text.slice(start, end);
    try {
      documents.push(...parseAll(piece, line, depthMax));
    } catch (error) {
      faults.push(faultOf(error, line));
      if (faults.length >= faultsMax) break;
    }
    line += countLines(piece, 0, piece.length);
    start = end;
  }
  return { documents, faults };
}

function faultOf(error: unknown, firstLine: number): YamlFault {
  if (error instanceof YAMLException) {
    return { line: firstLine + (error.mark?.line ?? 0), reason: error.reason };
  }
  return { line: firstLine, reason: error instanceof Error ? error.message : String(error) };
}

function parseAll(text: string, firstLine: number, depthMax: number): readonly YamlDocument[] {
  const events = parseEvents(text, { maxDepth: depthMax });
  const values = constructFromEvents(events, { source: text, schema: manifestSchema });
  const places = new Places(text, firstLine);
  for (const event of events) places.visit(event);
  return places.documents.map((place, index) => ({ ...place, value: values[index] }));
}

type Place = Omit<YamlDocument, 'value'>;

/** Follows the events of a text and notes where documents, and the entries of lists of objects, begin. */
class Places {
  readonly documents: Place[] = [];
  readonly #text: string;
  #line: number;
  #offset = 0;
  // 0 outside documents, 1 in one, 2 in its root, 3 in a collection there.
  #depth = 0;
  #isKeyNext = false;
  #isInItems = false;
  #key = '';
  #root: number | null = null;
  #items: number[] = [];
  #hasAliases = false;

  constructor(text: string, firstLine: number) {
    this.#text = text;
    this.#line = firstLine;
  }

  visit(event: Event): void {
    if (event.type === EVENT_ID.POP) {
      this.#leave();
      return;
    }
    if (event.type === EVENT_ID.DOCUMENT) {
      this.#enterDocument();
      return;
    }
    if (event.type === EVENT_ID.ALIAS) this.#hasAliases = true;
    const isCollection = event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING;
    if (this.#depth === 1) this.#enterRoot(event);
    else if (this.#depth === 2) this.#visitMember(event);
    else if (this.#depth === 3 && this.#isInItems) this.#items.push(this.#lineOf(event));
    if (isCollection) this.#depth += 1;
  }

  #enterDocument(): void {
    this.#depth = 1;
    this.#root = null;
    this.#items = [];
    this.#hasAliases = false;
    this.#isInItems = false;
  }

  #enterRoot(event: Event): void {
    this.#root = this.#lineOf(event);
    this.#isKeyNext = event.type === EVENT_ID.MAPPING;
  }

  #visitMember(event: Event): void {
    if (this.#isKeyNext) {
      this.#key = event.type === EVENT_ID.SCALAR ? this.#text.slice(event.valueStart, event.valueEnd) : '';
    } else {
      this.#isInItems = this.#key === 'items' && event.type === EVENT_ID.SEQUENCE;
    }
    this.#isKeyNext = !this.#isKeyNext;
  }

  #leave(): void {
    this.#depth -= 1;
    if (this.#depth === 2) this.#isInItems = false;
    if (this.#depth > 0) return;
    this.documents.push({
      line: this.#root ?? this.#line,
      itemLines: this.#items,
      hasAliases: this.#hasAliases,
    });
  }

  // Events come in the order of the text, so lines are counted once over.
  #lineOf(event: Event): number {
    const offset = startOf(event);
    if (offset > this.#offset) {
      this.#line += countLines(this.#text, this.#offset, offset);
      this.#offset = offset;
    }
    return this.#line;
  }
}

function startOf(event: Event): number {
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return event.valueStart;
    case EVENT_ID.ALIAS:
      return event.anchorStart;
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start;
    default:
      return -1;
  }
}

function countLines(text: string, from: number, to: number): number {
  let count = 0;
  for (
    let index = text.indexOf('\n', from);
    index >= 0 && index < to;
    index = text.indexOf('\n', index + 1)
  ) {
    count += 1;
  }
  return count;
}
