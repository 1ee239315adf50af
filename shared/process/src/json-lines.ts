/** A line is longer than its reader allows. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
}

/**
 * Yields the lines of a stream of UTF-8 bytes or text, without their line feed; empty lines are left out. Throws
 * {@link LineTooLong} before more than `charsMax` characters of one line are held.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array | string>,
  charsMax: number,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (
      rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))
    ).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield bounded(line, charsMax);
    bounded(rest, charsMax);
  }
  rest += decoder.decode();
  if (rest !== '') yield bounded(rest, charsMax);
}

/** Yields the values of a stream of JSON lines as `parse` returns them. Throws `SyntaxError` for a line that is not JSON. */
export async function* readJsonLines<T>(
  chunks: AsyncIterable<Uint8Array | string>,
  parse: (value: unknown) => T,
  charsMax: number,
): AsyncGenerator<T, void, undefined> {
  for await (const line of readLines(chunks, charsMax)) yield parse(JSON.parse(line));
}

/** Returns a value as one line of JSON with its line feed. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function bounded(line: string, charsMax: number): string {
  if (line.length > charsMax) throw new LineTooLong(`a line is longer than ${charsMax} characters`);
  return line;
}
