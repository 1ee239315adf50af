interface UrlParts {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly rawQuery: string;
}

/** A URL taken apart as Go's net/url does it. */
export class GoUrl {
  readonly scheme: string;
  readonly host: string;
  readonly #path: string;
  readonly #rawQuery: string;

  constructor(parts: UrlParts) {
    this.scheme = parts.scheme;
    this.host = parts.host;
    this.#path = parts.path;
    this.#rawQuery = parts.rawQuery;
  }

  get hostname(): string {
    return this.host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
  }

  get port(): string {
    return /:(\d*)$/.exec(this.host)?.[1] ?? '';
  }

  get escapedPath(): string {
    if (this.#path === '*' || isEncodedPath(this.#path)) return this.#path;
    return escapePath(unescapePart(this.#path, 'path') ?? '');
  }

  /** Values by name; pairs that are malformed, or that have a semicolon, are left out. */
  get query(): Record<string, string[]> {
    const found = new Map<string, string[]>();
    for (const pair of this.#rawQuery.split('&')) {
      if (pair === '' || pair.includes(';')) continue;
      const mark = pair.indexOf('=');
      const name = unescapePart(mark < 0 ? pair : pair.slice(0, mark), 'query');
      const value = unescapePart(mark < 0 ? '' : pair.slice(mark + 1), 'query');
      if (name === null || value === null) continue;
      found.set(name, [...(found.get(name) ?? []), value]);
    }
    return Object.fromEntries(found);
  }
}

/**
 * A URL as Go's `url.ParseRequestURI` reads it, which is what `isURL` means in Kubernetes: absolute, or an absolute
 * path. Unlike WHATWG's it takes unknown schemes and refuses bad escapes and ports, and knows no fragment.
 */
export function parseRequestUri(text: string): GoUrl | null {
  // oxlint-disable-next-line no-control-regex -- control characters are what Go refuses here
  if (text === '' || /[\u0000-\u001f\u007f]/.test(text) || text.startsWith(':')) return null;
  if (text === '*') return new GoUrl({ scheme: '', host: '', path: '*', rawQuery: '' });
  const { scheme, hierarchy, rawQuery } = split(text);
  if (!hierarchy.startsWith('/')) {
    return scheme === '' ? null : new GoUrl({ scheme, host: '', path: '', rawQuery });
  }
  // Without a scheme, `//host` would be ambiguous, and Go reads it as a path here.
  return scheme === '' ? withPath(hierarchy, { scheme, host: '', rawQuery }) : parseHierarchy(text);
}

/** A URL as Kubernetes' `url()` takes it apart, by `url.Parse`: one that is a request URI, without its fragment. */
export function parseGoUrl(text: string): GoUrl | null {
  const request = parseRequestUri(text);
  const [whole = '', fragment = ''] = text.split(/#(.*)/s);
  if (request === null || unescapePart(fragment, 'path') === null) return null;
  return whole.startsWith('//') && !whole.startsWith('///') ? parseHierarchy(whole) : parseRequestUri(whole);
}

function parseHierarchy(text: string): GoUrl | null {
  const { scheme, hierarchy, rawQuery } = split(text);
  const [, authority = '', path = hierarchy] = /^\/\/([^/]*)(.*)$/s.exec(hierarchy) ?? [];
  const host = parseAuthority(authority, scheme);
  return host === null ? null : withPath(path, { scheme, host, rawQuery });
}

function withPath(path: string, parts: Omit<UrlParts, 'path'>): GoUrl | null {
  return unescapePart(path, 'path') === null ? null : new GoUrl({ ...parts, path });
}

function split(text: string): {
  readonly scheme: string;
  readonly hierarchy: string;
  readonly rawQuery: string;
} {
  const given = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1] ?? '';
  const [hierarchy = '', ...more] = text.slice(given === '' ? 0 : given.length + 1).split('?');
  return { scheme: given.toLowerCase(), hierarchy, rawQuery: more.join('?') };
}

function parseAuthority(authority: string, scheme: string): string | null {
  const at = authority.lastIndexOf('@');
  const user = authority.slice(0, Math.max(at, 0));
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user) || unescapePart(user, 'path') === null) return null;
  return parseHost(authority.slice(at + 1), scheme);
}

function parseHost(host: string, scheme: string): string | null {
  if (host.startsWith('[')) return parseLiteral(host);
  if (host.includes('[')) return null;
  // Only http and https are strict about colons within the host.
  const colon = /^https?$/.test(scheme) ? host.indexOf(':') : host.lastIndexOf(':');
  if (colon >= 0 && !/^:\d*$/.test(host.slice(colon))) return null;
  return unescapePart(host, 'host');
}

// RFC 3986 §3.2.2, with the zones of RFC 6874
function parseLiteral(host: string): string | null {
  const [, literal = '', port = ''] = /^\[([^[]*)\](:\d*)?$/.exec(host) ?? [];
  const mark = literal.indexOf('%25');
  const zone = mark < 0 ? '' : unescapePart(literal.slice(mark), 'zone');
  const address = unescapePart(mark < 0 ? literal : literal.slice(0, mark), 'host');
  return address === null || zone === null || zone === '%' || !isIPv6(address)
    ? null
    : `[${address}${zone}]${port}`;
}

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

function isIPv6(address: string): boolean {
  return /^[\da-f:.]+$/i.test(address) && URL.canParse(`http://[${address}]`);
}
