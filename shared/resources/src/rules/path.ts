const UNRESERVED = /[A-Za-z0-9\-._~]/;
/** RFC 3986 §2.2 reserved characters and `%` itself: decoding them would change what the path means. */
const KEPT_ENCODED = new Set(":/?#[]@!$&'()*+,;=%");
const NEEDS_CLEANING = /%|\/\/|\/\.|^$|^[^/]/;

/**
 * The one form of a path on which requests are both decided and forwarded: unreserved characters decoded, other
 * escapes in upper case, dot segments and repeated slashes resolved (RFC 3986 §6.2.2), a trailing slash kept.
 * null for a malformed escape.
 */
export function cleanPath(raw: string): string | null {
  if (!NEEDS_CLEANING.test(raw)) return raw;
  const normal = normaliseEscapes(raw);
  return normal === null ? null : resolveDots(normal);
}

/** What rules compare: a clean path with every escape decoded that cannot change its structure. */
export function routingPath(clean: string): string {
  if (!clean.includes('%')) return clean;
  return clean.replace(/(?:%[0-9A-F]{2})+/g, decodeRun);
}

/** Takes a composed prefix off a clean path, whole segments only; null when the path is not under it. */
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
  return /^[\w\-.~/]*$/.test(prefix)
    ? prefix
    : (cleanPath(encodeURI(prefix).replace(/%25(?=[0-9A-Fa-f]{2})/g, '%')) ?? prefix);
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
  return malformed ? null : normal;
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

/** Reserved and control characters stay escaped; so does anything that is not UTF-8. */
function decodeRun(run: string): string {
  return run.replace(/(?:%[89A-F][0-9A-F])+|%[0-7][0-9A-F]/g, (escape) => {
    if (escape.length > 3 || escape.charCodeAt(1) >= 0x38) {
      try {
        return decodeURIComponent(escape);
      } catch {
        return escape;
      }
    }
    const code = Number.parseInt(escape.slice(1), 16);
    const char = String.fromCharCode(code);
    return code < 0x20 || code === 0x7f || KEPT_ENCODED.has(char) ? escape : char;
  });
}
