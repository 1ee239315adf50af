/** Where a line leads when it is clicked. */
export type Target =
  | { readonly type: 'row'; readonly at: number }
  | { readonly type: 'item'; readonly at: number }
  | { readonly type: 'column'; readonly spans: readonly { from: number; to: number; id: string }[] }
  | null;

export interface Body {
  readonly lines: readonly string[];
  readonly targets?: readonly Target[];
  readonly cursor?: { readonly x: number; readonly y: number };
}
