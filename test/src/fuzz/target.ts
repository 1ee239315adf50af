/** Something that reads text which it did not write, and must not throw whatever that is. */
export interface FuzzTarget {
  readonly name: string;
  /** Texts that inputs are made from, beside those of the corpus. */
  readonly seeds: readonly string[];
  /** Pieces that mean something in such texts. */
  readonly words: readonly string[];
  /** Reads an input; throws what is a fault of the reader. */
  run(input: string): void;
}
