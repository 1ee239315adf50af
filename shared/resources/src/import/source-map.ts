import { isRecord } from '../kinds/object.ts';
import type { Losses } from './losses.ts';

/**
 * Reads a map of the source and remembers what was read, so that whatever no importer looks at is named as a loss by
 * `reportUnread`. Null is the same as absent. A value of another type than asked for is a loss.
 */
export class SourceMap {
  readonly path: string;
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #losses: Losses;
  readonly #read = new Set<string>();
  /** By path: a map that is read twice remembers both. */
  readonly #children = new Map<string, SourceMap>();

  constructor(value: Readonly<Record<string, unknown>>, path: string, losses: Losses) {
    this.#value = value;
    this.path = path;
    this.#losses = losses;
  }

  /** The map as it was read. */
  get value(): Readonly<Record<string, unknown>> {
    return this.#value;
  }

  get keys(): readonly string[] {
    return Object.keys(this.#value);
  }

  /** Returns the path of a field. */
  at(key: string): string {
    if (!/^[\w-]+$/.test(key)) return `${this.path}[${JSON.stringify(key)}]`;
    return this.path === '' ? key : `${this.path}.${key}`;
  }

  has(key: string): boolean {
    return this.#get(key) !== undefined;
  }

  /** Marks fields as read that carry nothing to import. */
  skip(...keys: readonly string[]): void {
    for (const key of keys) this.#read.add(key);
  }

  text(key: string): string | undefined {
    const value = this.#take(key);
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return this.#typed(key, value, typeof value === 'string' ? value : undefined, 'text');
  }

  number(key: string): number | undefined {
    const value = this.#take(key);
    const number = typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
    const isNumber = typeof number === 'number' && Number.isFinite(number);
    return this.#typed(key, value, isNumber ? number : undefined, 'a number');
  }

  flag(key: string): boolean | undefined {
    const value = this.#take(key);
    return this.#typed(key, value, typeof value === 'boolean' ? value : undefined, 'true or false');
  }

  /** Returns texts of a list; a single text counts as a list of one. */
  texts(key: string): readonly string[] | undefined {
    const value = this.#take(key);
    if (typeof value === 'string') return [value];
    if (!Array.isArray(value)) return this.#typed(key, value, undefined, 'a list of texts');
    const texts = value.filter(
      (item): item is string | number => typeof item === 'string' || typeof item === 'number',
    );
    if (texts.length < value.length) this.#typed(key, value, undefined, 'a list of texts');
    return texts.map(String);
  }

  /** Returns a map of texts, whose fields count as read. */
  textMap(key: string): Readonly<Record<string, string>> | undefined {
    const value = this.#take(key);
    if (!isRecord(value)) return this.#typed(key, value, undefined, 'a map of texts');
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, inner]) =>
        typeof inner === 'string' || typeof inner === 'number' || typeof inner === 'boolean'
          ? [[name, String(inner)]]
          : [],
      ),
    );
  }

  map(key: string): SourceMap | undefined {
    const value = this.#take(key);
    return isRecord(value) ? this.#child(value, this.at(key)) : this.#typed(key, value, undefined, 'a map');
  }

  /** Returns the maps of a list. */
  maps(key: string): readonly SourceMap[] {
    const value = this.#take(key);
    if (!Array.isArray(value)) return this.#typed(key, value, undefined, 'a list') ?? [];
    return value.flatMap((item: unknown, index) => {
      const path = `${this.at(key)}[${index}]`;
      if (isRecord(item)) return [this.#child(item, path)];
      this.#losses.add('ignored', path, 'is not a map');
      return [];
    });
  }

  /** Returns the maps that are values of a map, by their key. */
  entries(key: string): readonly (readonly [string, SourceMap])[] {
    const map = this.map(key);
    if (map === undefined) return [];
    return map.keys.flatMap((name) => {
      const value = map.map(name);
      return value === undefined ? [] : [[name, value] as const];
    });
  }

  /** Returns a value as it is; its fields count as read. */
  raw(key: string): unknown {
    return this.#take(key);
  }

  /** Marks all fields as read. */
  skipAll(): void {
    this.skip(...this.keys);
  }

  /** Names each field that was not read as a loss, those of inner maps too. */
  reportUnread(message: string): void {
    for (const key of this.keys)
      if (this.has(key) && !this.#read.has(key)) this.#losses.add('ignored', this.at(key), message);
    for (const child of this.#children.values()) child.reportUnread(message);
  }

  #child(value: Readonly<Record<string, unknown>>, path: string): SourceMap {
    const child = this.#children.get(path) ?? new SourceMap(value, path, this.#losses);
    this.#children.set(path, child);
    return child;
  }

  #get(key: string): unknown {
    const value = Object.hasOwn(this.#value, key) ? this.#value[key] : undefined;
    return value === null ? undefined : value;
  }

  #take(key: string): unknown {
    this.#read.add(key);
    return this.#get(key);
  }

  #typed<T>(key: string, value: unknown, typed: T | undefined, expected: string): T | undefined {
    if (value !== undefined && typed === undefined)
      this.#losses.add('ignored', this.at(key), `is not ${expected}`);
    return typed;
  }
}
