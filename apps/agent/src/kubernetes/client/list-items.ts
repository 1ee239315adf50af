import { z } from 'zod';

/** A page of a list, without its items. */
export interface ListEnd {
  readonly resourceVersion: string;
  /** Token of the next page; null after the last one. */
  readonly next: string | null;
}

const list = z.looseObject({
  apiVersion: z.string().optional(),
  kind: z.string().optional(),
  metadata: z.looseObject({ resourceVersion: z.string().default(''), continue: z.string().optional() }),
});

const ITEM_CHARS_MAX = 16 * 1024 * 1024;
const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);

/**
 * Reads a list of Kubernetes as it arrives and passes on each of its items at once, so that a list is never held as a whole.
 * Rejects with a `SyntaxError` or `ZodError` for what is no list.
 */
export async function readList(
  chunks: AsyncIterable<Uint8Array>,
  onItem: (item: unknown) => void,
): Promise<ListEnd> {
  const splitter = new ItemSplitter(onItem);
  const decoder = new TextDecoder();
  for await (const chunk of chunks) splitter.push(decoder.decode(chunk, { stream: true }));
  splitter.push(decoder.decode());
  const { metadata } = list.parse(JSON.parse(splitter.rest));
  return { resourceVersion: metadata.resourceVersion, next: metadata.continue || null };
}

/** Cuts the elements of the array `items` of an object out of its text; what remains is the object with an empty array. */
class ItemSplitter {
  readonly #onItem: (item: unknown) => void;
  #rest = '';
  #item = '';
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #isInItems = false;

  constructor(onItem: (item: unknown) => void) {
    this.#onItem = onItem;
  }

  get rest(): string {
    return this.#rest;
  }

  push(text: string): void {
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (code === BACKSLASH) this.#isEscaped = true;
        else if (code === QUOTE) this.#isInString = false;
        continue;
      }
      if (code === QUOTE) this.#isInString = true;
      else if (OPENING.has(code)) {
        this.#depth += 1;
        // `{"items":[`: an array right in the object, under that name.
        if (this.#depth === 2 && code === 0x5b && /"items"\s*:\s*$/.test(this.#rest + text.slice(from, at))) {
          this.#append(text.slice(from, at + 1));
          this.#isInItems = true;
          from = at + 1;
        }
      } else if (CLOSING.has(code)) {
        this.#depth -= 1;
        if (this.#isInItems && this.#depth === 1) {
          this.#append(text.slice(from, at));
          this.#emit();
          this.#isInItems = false;
          from = at;
        }
      } else if (code === COMMA && this.#isInItems && this.#depth === 2) {
        this.#append(text.slice(from, at));
        this.#emit();
        from = at + 1;
      }
    }
    this.#append(text.slice(from));
  }

  #append(text: string): void {
    if (!this.#isInItems) this.#rest += text;
    else this.#item += text;
    if (this.#item.length > ITEM_CHARS_MAX || this.#rest.length > ITEM_CHARS_MAX)
      throw new SyntaxError(`an item of a list is longer than ${ITEM_CHARS_MAX} characters`);
  }

  #emit(): void {
    const text = this.#item;
    this.#item = '';
    if (text.trim() !== '') this.#onItem(JSON.parse(text));
  }
}
