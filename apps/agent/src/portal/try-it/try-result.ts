/** What came of a request that a portal sent. */
export type TryResult =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly headers: readonly (readonly [string, string])[];
      /** The content as text; null for content that is none. */
      readonly text: string | null;
      readonly bytes: number;
      /** Only the beginning of the content is here. */
      readonly isCut: boolean;
      readonly durationMs: number;
    }
  | { readonly kind: 'problem'; readonly message: string };
