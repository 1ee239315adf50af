/** What a manifest may cost to read. */
export interface LoadLimits {
  readonly sizeBytesMax: number;
  readonly depthMax: number;
  readonly aliasCountMax: number;
}

export const DEFAULT_LIMITS: LoadLimits = { sizeBytesMax: 8 * 1024 * 1024, depthMax: 64, aliasCountMax: 100 };

// The YAML parser works its way through millions of opened brackets for many seconds before its stack ends it.
const OPEN_BRACKETS_MAX = 5_000;

/** Text of a file, without its byte order mark; null when it is not UTF-8. */
export function decodeText(input: string | Uint8Array): string | null {
  if (typeof input === 'string') return input.startsWith('\uFEFF') ? input.slice(1) : input;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(input);
  } catch {
    return null;
  }
}

/** Whether the text opens absurdly more brackets, or list items on one line, than it closes. */
export function opensTooDeep(text: string): boolean {
  let open = 0;
  let dashes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x5b || code === 0x7b) open += 1;
    else if (code === 0x5d || code === 0x7d) open = Math.max(0, open - 1);
    else if (code === 0x0a) dashes = 0;
    else if (code === 0x2d && text.charCodeAt(index + 1) === 0x20) dashes += 1;
    if (open > OPEN_BRACKETS_MAX || dashes > OPEN_BRACKETS_MAX) return true;
  }
  return false;
}

/** Whether maps and lists in a value nest deeper than `depthMax`; shared parts (aliases) are visited once a level. */
export function isDeeperThan(root: unknown, depthMax: number): boolean {
  let level = new Set<object>();
  if (typeof root === 'object' && root !== null) level.add(root);
  for (let depth = 1; level.size > 0; depth += 1) {
    if (depth > depthMax) return true;
    const next = new Set<object>();
    for (const value of level) {
      for (const child of Object.values(value)) {
        if (typeof child === 'object' && child !== null) next.add(child);
      }
    }
    level = next;
  }
  return false;
}

/** A size in the unit a person would use. */
export function describeSize(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${Math.ceil((bytes / 1024 / 1024) * 10) / 10} MiB` : `${bytes} bytes`;
}
