/** RFC 1035 §3.1: a label has at most 63 octets, a name 255 with its lengths. */
const LABEL_BYTES_MAX = 63;
const NAME_BYTES_MAX = 255;

/** Returns a name in wire format, without compression. A trailing dot is allowed. @throws RangeError for an invalid name. */
export function encodeName(name: string): Buffer {
  const labels = name === '' || name === '.' ? [] : name.replace(/\.$/, '').split('.');
  const parts = labels.map((label) => {
    const bytes = Buffer.from(label, 'latin1');
    if (bytes.length === 0 || bytes.length > LABEL_BYTES_MAX)
      throw new RangeError(`${name} is not a DNS name`);
    return Buffer.concat([Buffer.of(bytes.length), bytes]);
  });
  const encoded = Buffer.concat([...parts, Buffer.of(0)]);
  if (encoded.length > NAME_BYTES_MAX) throw new RangeError(`${name} is not a DNS name`);
  return encoded;
}

export interface ReadName {
  /** In lower case, without a trailing dot; empty for the root. */
  readonly name: string;
  /** Offset of what follows. */
  readonly end: number;
}

/** Reads a name without compression; null when it is invalid or compressed. */
export function readPlainName(bytes: Buffer, offset: number): ReadName | null {
  const labels: string[] = [];
  for (let at = offset; ;) {
    const length = bytes[at];
    if (length === undefined || length > LABEL_BYTES_MAX) return null;
    const end = at + 1 + length;
    if (end > bytes.length || end - offset > NAME_BYTES_MAX) return null;
    if (length === 0) return { name: labels.join('.').toLowerCase(), end };
    const label = bytes.toString('latin1', at + 1, end);
    // A dot inside of a label would be taken for a boundary between two.
    if (label.includes('.')) return null;
    labels.push(label);
    at = end;
  }
}

/** Returns the offset behind a name, which may be compressed (RFC 1035 §4.1.4); null when it is invalid. */
export function skipName(bytes: Buffer, offset: number): number | null {
  for (let at = offset; at - offset <= NAME_BYTES_MAX;) {
    const length = bytes[at];
    if (length === undefined) return null;
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2 <= bytes.length ? at + 2 : null;
    if (length > LABEL_BYTES_MAX) return null;
    at += 1 + length;
  }
  return null;
}
