const encoder = new TextEncoder();

/** Returns the bytes of a text in UTF-8, in Node as in a browser. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}
