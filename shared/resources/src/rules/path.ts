const UNRESERVED = /[A-Za-z0-9\-._~]/;
/** RFC 3986 §2.2 reserved characters and `%` itself: decoding them would change what the path means. */
const KEPT_ENCODED = new Set(":/?#[]@!$&'()*+,;=%");
/** Characters that a path may have unencoded (RFC 3986 §3.3), and brackets, which clients send and servers take as they are. */
const PATH_CHARACTERS = "A-Za-z0-9\\-._~!$&'()*+,;=:@/[\\]";
const NEEDS_CLEANING = new RegExp(`%|//|/\\.|^$|^[^/]|[^${PATH_CHARACTERS}]`);
const NOT_IN_PATH = new RegExp(`[^${PATH_CHARACTERS}%]`, 'g');

/**
 * Returns the one form of a path on which requests are both decided and forwarded: unreserved characters decoded, other
 * escapes in upper case, bytes that no URI has escaped, dot segments and repeated slashes resolved (RFC 3986 §6.2.2), a trailing
 * slash kept. Takes a path as received, one character for each byte; null for a malformed escape.
 */
export function cleanPath(raw: string): string | null {
  if (!NEEDS_CLEANING.test(raw)) return raw;
  const normal = normaliseEscapes(raw);
  return normal === null ? null : resolveDots(normal);
}

/**
 * Encodes text of a configuration as a path, or a part of one: UTF-8, with escapes that are there already kept. A `?` or `#` becomes
 * part of the path.
 */
export function encodePath(text: string): string {
  return text
    .replace(/%(?![0-9A-Fa-f]{2})/g, '%25')
    .toWellFormed()
    .replace(/[^\0-\x7f]+/g, encodeURIComponent)
    .replace(NOT_IN_PATH, escapeByte);
}

/** Returns what rules and middlewares compare: a clean path with every escape decoded that cannot change its structure. */
export function routingPath(clean: string): string {
  if (!clean.includes('%')) return clean;
  let decoded = '';
  for (const unit of clean.match(UNITS) ?? []) decoded += decodeUnit(unit);
  return decoded;
}

/** Returns text of a configuration in the form of `routingPath`, so that the two can be compared. */
export function routingText(text: string): string {
  return routingPath(normaliseEscapes(encodePath(text)) ?? text);
}

/**
 * Cuts a clean path where its `routingPath` has so many characters before the cut; never within an escape, which goes to the first
 * part whole.
 */
export function splitPath(clean: string, decodedLength: number): readonly [head: string, tail: string] {
  if (!clean.includes('%')) return [clean.slice(0, decodedLength), clean.slice(decodedLength)];
  let decoded = 0;
  let at = 0;
  for (const unit of clean.match(UNITS) ?? []) {
    if (decoded >= decodedLength) break;
    const isEscape = unit.charCodeAt(0) === 0x25;
    const length = isEscape ? unit.length : Math.min(unit.length, decodedLength - decoded);
    decoded += isEscape ? decodeUnit(unit).length : length;
    at += length;
  }
  return [clean.slice(0, at), clean.slice(at)];
}

/** Returns a clean path without a composed prefix, whole segments only; null when the path is not under it. */
export function stripPathPrefix(clean: string, prefix: string): string | null {
  const bare = trimSlash(prefix);
  if (bare === '') return clean;
  const encoded = encodePrefix(bare);
  if (!clean.startsWith(encoded)) return null;
  if (clean.length === encoded.length) return '/';
  return clean.charCodeAt(encoded.length) === 0x2f ? clean.slice(encoded.length) : null;
}

/** Joins path prefixes: `/stores` + `petstore/` → `/stores/petstore`; nothing but slashes → `` (empty). */
export function joinPaths(...parts: readonly (string | null | undefined)[]): string {
  return parts
    .flatMap((part) => (part ?? '').split('/'))
    .filter((segment) => segment !== '')
    .map((segment) => `/${segment}`)
    .join('');
}

function encodePrefix(prefix: string): string {
  return NEEDS_CLEANING.test(prefix) ? (cleanPath(encodePath(prefix)) ?? prefix) : prefix;
}

function trimSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function normaliseEscapes(raw: string): string | null {
  let malformed = false;
  const normal = raw.replace(/%(..)?/gs, (escape: string, hex: string | undefined) => {
    if (hex === undefined || !/^[0-9A-Fa-f]{2}$/.test(hex)) {
      malformed = true;
      return escape;
    }
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    return UNRESERVED.test(char) ? char : escape.toUpperCase();
  });
  return malformed ? null : normal.replace(NOT_IN_PATH, escapeByte);
}

/** Returns the escape of a byte, given as one character; of a character beyond, which no connection brings, that of its UTF-8. */
export function escapeByte(char: string): string {
  const code = char.charCodeAt(0);
  if (code > 0xff) return encodeURIComponent(char.toWellFormed());
  return `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
}

function resolveDots(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/');
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const last = segments.at(-1);
  const isDirectory = kept.length > 0 && (last === '' || last === '.' || last === '..');
  return `/${kept.join('/')}${isDirectory ? '/' : ''}`;
}

/** Escapes of one character in UTF-8 (RFC 3629 §4), a single escape, or what is not escaped. */
const UNITS =
  /%(?:C[2-9A-F]|D[0-9A-F])%[89AB][0-9A-F]|%E[0-9A-F](?:%[89AB][0-9A-F]){2}|%F[0-4](?:%[89AB][0-9A-F]){3}|%[0-9A-F]{2}|[^%]+/g;

/** Reserved and control characters stay escaped; so does what is not UTF-8. */
function decodeUnit(unit: string): string {
  if (unit.charCodeAt(0) !== 0x25) return unit;
  if (unit.length > 3) {
    try {
      return decodeURIComponent(unit);
    } catch {
      return unit;
    }
  }
  const code = Number.parseInt(unit.slice(1), 16);
  const char = String.fromCharCode(code);
  return code < 0x20 || code >= 0x7f || KEPT_ENCODED.has(char) ? unit : char;
}
