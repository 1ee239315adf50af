/** What a filter text means. Terms are joined by AND, the values of one term by OR. */
export interface Filter {
  readonly terms: readonly Term[];
}

export type Operator = ':' | '=' | '!=' | '>' | '>=' | '<' | '<=' | '~';

export type Term =
  /** Occurs in any text of the object. */
  | { readonly kind: 'word'; readonly negated: boolean; readonly text: string; readonly span: Span }
  | { readonly kind: 'regex'; readonly negated: boolean; readonly source: string; readonly span: Span }
  | {
      readonly kind: 'field';
      readonly negated: boolean;
      readonly field: string;
      readonly op: Operator;
      readonly values: readonly Value[];
      readonly span: Span;
    };

export type Value =
  /** `*`: the field has a value at all. */
  | { readonly type: 'any' }
  | { readonly type: 'text'; readonly text: string }
  /** `500`, `1.5k`, `80%` (already 0.8); `text` is how it was written, for fields that hold text. */
  | { readonly type: 'number'; readonly number: number; readonly text: string }
  | { readonly type: 'duration'; readonly milliseconds: number; readonly text: string }
  /** `now`, `now-2h`. */
  | { readonly type: 'moment'; readonly offsetMs: number; readonly text: string };

/** Where in the text something stands, for the caret under a mistake. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface FilterError extends Span {
  readonly message: string;
}

/** What a field holds; `time` in milliseconds since 1970 or ISO text, `duration` in milliseconds. */
export type FieldType = 'text' | 'number' | 'duration' | 'time';

export type FieldValue = string | number | boolean | null | readonly string[];
