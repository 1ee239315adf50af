/** Scheme by which other programs open a place in the app. */
export const DEEP_LINK_SCHEME = 'portolan';

/** A place in the app that a link names: it can be looked at, and nothing is done by it. */
export interface DeepLink {
  /** Address of the platform; null for the context used last. */
  readonly platform: string | null;
  /** Path and query of a page of the app. */
  readonly path: string;
}

const LENGTH_MAX = 4096;
/** Pages of the app and their state. A path that begins with two slashes would be another host. */
const PATH = /^\/(?![/\\])[^\\\p{Cc}]*$/u;

/**
 * Parses `portolan://open?platform=https://portolan.example.com&path=/apis`; null for anything else. The one verb is to open:
 * links cannot act.
 */
export function parseDeepLink(text: string): DeepLink | null {
  if (text.length > LENGTH_MAX || !URL.canParse(text)) return null;
  const { protocol, host, pathname, username, password, hash, searchParams } = new URL(text);
  if (protocol !== `${DEEP_LINK_SCHEME}:` || host !== 'open' || !['', '/'].includes(pathname)) return null;
  if (username !== '' || password !== '' || hash !== '') return null;
  const names = [...searchParams.keys()];
  if (new Set(names).size < names.length || names.some((name) => !['platform', 'path'].includes(name)))
    return null;
  const path = searchParams.get('path') ?? '/';
  const platform = searchParams.get('platform');
  if (!PATH.test(path)) return null;
  if (platform === null) return { platform, path };
  const address = platformAddress(platform);
  return address === null ? null : { platform: address, path };
}

/** Returns the address of a platform as it is kept; null for what is no web address or carries more than that. */
export function platformAddress(text: string): string | null {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(full)) return null;
  const { protocol, username, password, search, hash, href } = new URL(full);
  if (!['http:', 'https:'].includes(protocol) || username !== '' || password !== '') return null;
  return search === '' && hash === '' ? href.replace(/\/+$/, '') : null;
}

/** Returns the first deep link among the arguments of a start; null when there is none. */
export function deepLinkIn(argv: readonly string[]): string | null {
  return argv.find((argument) => argument.startsWith(`${DEEP_LINK_SCHEME}:`)) ?? null;
}
