import type { DocumentFault, FaultRule } from './compiled.ts';

export type NewFault = Omit<DocumentFault, 'line'>;

const FAULTS_MAX = 200;
const TEXT_LENGTH_MAX = 300;

/** Collects what is wrong in a document; of a document that is wrong everywhere, the first 200. */
export class Faults {
  readonly #found: NewFault[] = [];
  readonly #seen = new Set<string>();

  get found(): readonly NewFault[] {
    return this.#found;
  }

  /** Adds a fault, once however often it is met. */
  add(pointer: string, rule: FaultRule, text: { readonly message: string; readonly fix: string }): void {
    const key = `${rule} ${pointer}`;
    if (this.#seen.has(key) || this.#found.length >= FAULTS_MAX) return;
    this.#seen.add(key);
    this.#found.push({ pointer: clip(pointer), rule, message: clip(text.message), fix: clip(text.fix) });
  }
}

function clip(text: string): string {
  return text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX - 1)}…` : text;
}

/** Appends names to a JSON pointer (RFC 6901 §3). */
export function pointerTo(base: string, ...names: readonly (string | number)[]): string {
  return base + names.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Returns the names in a JSON pointer. */
export function namesOf(pointer: string): string[] {
  return pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}
