import { cleanPath } from '@portolan/resources/rules/path';
import { isAuthority } from './refusal.ts';

/** The request target as every later step sees it; the same text is matched, decided on and forwarded. */
export interface RequestTarget {
  /** Normalised path, never with a dot segment; starts with `/`, or is `*`. */
  readonly path: string;
  /** With its `?`, as it came: `/a?` is another URI than `/a` (RFC 3986 §6.2.3). Empty when there is none. */
  readonly search: string;
  /** Authority of an absolute-form target, which outranks the Host header (RFC 9112 §3.2.2). */
  readonly authority: string | null;
}

const MAY_MISLEAD = /%2F|%5C|;|%3B|%00|%[CEF]/;
const HIDDEN_DOT_SEGMENT = /(?:\/|%2F|%5C)\.{1,2}(?:$|\/|%2F|%5C|;|%3B)/;
/** `/;x/` is an empty segment to servers that cut at `;`. */
const NOT_FOR_ANYONE = /\/;|%00/;
/** UTF-8 of two to six bytes for what needs fewer (RFC 3629 §10): the slash, for one, in disguise. */
const OVERLONG = /%C[01]%[89AB]|%E0%[89]|%F0%8|%F8%8[0-7]|%FC%8[0-3]/;

/** Splits and normalises a request target; null when it must be refused with 400. */
export function parseRequestTarget(raw: string, method = 'GET'): RequestTarget | null {
  if (raw === '*') return method === 'OPTIONS' ? { path: '*', search: '', authority: null } : null;
  let rest = raw;
  let authority: string | null = null;
  if (rest.charCodeAt(0) !== 0x2f) {
    const absolute = /^https?:\/\/([^/?#@]+)([/?].*)?$/i.exec(rest);
    authority = absolute?.[1] ?? null;
    if (absolute === null || authority === null || !isAuthority(authority)) return null;
    rest = absolute[2] ?? '/';
    if (rest.startsWith('?')) rest = `/${rest}`;
  }
  // A fragment is no part of a request target (RFC 9112 §3.2); an upstream might take it for one of the path.
  if (rest.includes('#')) return null;
  const mark = rest.indexOf('?');
  const path = safePath(mark === -1 ? rest : rest.slice(0, mark));
  return path === null ? null : { path, search: mark === -1 ? '' : rest.slice(mark), authority };
}

/**
 * Returns the clean path; null for one that an upstream could read as another, and so serve without its rules: one that decodes %2F or
 * overlong UTF-8, takes `\` for a separator, or cuts at `;`.
 */
function safePath(raw: string): string | null {
  // A raw backslash is no character of a path.
  const path = raw.includes('\\') ? null : cleanPath(raw);
  if (path === null || !MAY_MISLEAD.test(path)) return path;
  const isUnsafe = NOT_FOR_ANYONE.test(path) || HIDDEN_DOT_SEGMENT.test(path) || OVERLONG.test(path);
  return isUnsafe ? null : path;
}
