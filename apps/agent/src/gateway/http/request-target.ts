import { cleanPath } from '@portolan/resources/rules/path';

/** The request target as every later step sees it; the same text is matched, decided on and forwarded. */
export interface RequestTarget {
  /** Normalised path, never with a dot segment; starts with `/`, or is `*`. */
  readonly path: string;
  /** Without its `?`; empty when there is none. */
  readonly query: string;
  /** Authority of an absolute-form target, which outranks the Host header (RFC 9112 §3.2.2). */
  readonly authority: string | null;
}

const MAY_HIDE_A_DOT_SEGMENT = /%2f|%5c|\\|;|%00/i;
const HIDDEN_DOT_SEGMENT = /(?:\/|\\|%2f|%5c)\.{1,2}(?:$|\/|\\|%2f|%5c|;)/i;

/** Splits and normalises a request target; null when it must be refused with 400. */
export function parseRequestTarget(raw: string): RequestTarget | null {
  if (raw === '*') return { path: '*', query: '', authority: null };
  let rest = raw;
  let authority: string | null = null;
  if (rest.charCodeAt(0) !== 0x2f) {
    const absolute = /^https?:\/\/([^/?#@]+)([/?].*)?$/i.exec(rest);
    if (absolute === null) return null;
    authority = absolute[1] ?? null;
    rest = absolute[2] ?? '/';
    if (rest.startsWith('?')) rest = `/${rest}`;
  }
  const hash = rest.indexOf('#');
  if (hash !== -1) rest = rest.slice(0, hash);
  const mark = rest.indexOf('?');
  const path = safePath(mark === -1 ? rest : rest.slice(0, mark));
  return path === null ? null : { path, query: mark === -1 ? '' : rest.slice(mark + 1), authority };
}

/**
 * An upstream that decodes %2F, reads `\` as a separator or cuts at `;` would see a dot segment that was none here, and so serve
 * a path that nobody was granted.
 */
function safePath(raw: string): string | null {
  const path = cleanPath(raw);
  if (path === null || !MAY_HIDE_A_DOT_SEGMENT.test(path)) return path;
  return path.includes('%00') || HIDDEN_DOT_SEGMENT.test(path) ? null : path;
}
