/** What a piece of text means; each front end's themes decide how that looks. */
export type Tone =
  | 'plain'
  | 'dim'
  | 'strong'
  | 'title'
  | 'accent'
  | 'ok'
  | 'warn'
  | 'bad'
  | 'selected'
  | 'match'
  | 'production'
  | 'bar';
