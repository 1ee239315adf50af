/** Which part of a URL a text is: hosts and zones take fewer escapes and characters. */
export type Part = 'path' | 'query' | 'host' | 'zone';

const HOST = /^[A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"]$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A part of a URL with its escapes resolved, as Go's net/url does it; null where Go refuses them. */
export function unescapePart(text: string, part: Part): string | null {
  const isStrict = part === 'host' || part === 'zone';
  const bytes: number[] = [];
  for (const [piece] of text.matchAll(/%[0-9A-Fa-f]{2}|[^]/gu)) {
    if (piece === '%') return null;
    if (piece.startsWith('%')) {
      const byte = Number.parseInt(piece.slice(1), 16);
      if (isStrict && !isEscapable(byte, part)) return null;
      bytes.push(byte);
    } else if (isStrict && piece < '\u0080' && !HOST.test(piece)) return null;
    else if (piece === '+' && part === 'query') bytes.push(0x20);
    else bytes.push(...encoder.encode(piece));
  }
  return decoder.decode(Uint8Array.from(bytes));
}

// RFC 6874 §2 lets %25 into IPv6 zones, where Go also takes what could stand there unescaped, and spaces.
function isEscapable(byte: number, part: Part): boolean {
  const character = String.fromCharCode(byte);
  if (character === '%') return true;
  if (part === 'host') return byte >= 0x80;
  return character === ' ' || HOST.test(character);
}

/** Whether Go leaves a path as it is written. */
export function isEncodedPath(path: string): boolean {
  return /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/[\]]|%[0-9A-Fa-f]{2})*$/.test(path);
}

/** A path with everything escaped that Go escapes in one. */
export function escapePath(path: string): string {
  return path.replaceAll(/[^A-Za-z0-9\-._~$&+,/:;=@]/gu, (rune) =>
    Array.from(encoder.encode(rune), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(
      '',
    ),
  );
}
