import { isIPv6 } from 'node:net';

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
  readonly path: string;
  readonly #rawQuery: string;

  constructor(parts: UrlParts) {
    this.scheme = parts.scheme;
    this.host = parts.host;
    this.path = parts.path;
    this.#rawQuery = parts.rawQuery;
  }

  get hostname(): string {
    return this.host.replace(/:\d*$/, '').replaceAll(/^\[|\]$/g, '');
  }

  get port(): string {
    return /:(\d*)$/.exec(this.host)?.[1] ?? '';
  }

  get query(): Record<string, string[]> {
    const parameters = new URLSearchParams(this.#rawQuery);
    return Object.fromEntries([...parameters.keys()].map((key) => [key, parameters.getAll(key)]));
  }
}

/**
 * A URL as Go's `url.ParseRequestURI` reads it, which is what `isURL` means in Kubernetes: absolute, or an
 * absolute path. Unlike WHATWG's it takes unknown schemes and refuses bad escapes and ports.
 */
export function parseGoUrl(text: string): GoUrl | null {
  // oxlint-disable-next-line no-control-regex -- control characters are what Go refuses here
  if (text === '' || /[\u0000-\u001f\u007f]/.test(text)) return null;
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1] ?? '';
  const rest = scheme === '' ? text : text.slice(scheme.length + 1);
  const mark = rest.indexOf('?');
  const before = mark < 0 ? rest : rest.slice(0, mark);
  const rawQuery = mark < 0 ? '' : rest.slice(mark + 1);
  if (text === '*') return new GoUrl({ scheme: '', host: '', path: '*', rawQuery: '' });
  if (!before.startsWith('/')) {
    return scheme === '' ? null : new GoUrl({ scheme: scheme.toLowerCase(), host: '', path: '', rawQuery });
  }
  // Without a scheme, `//host` would be ambiguous, and Go reads it as a path here.
  const hasAuthority = scheme !== '' && before.startsWith('//') && !before.startsWith('///');
  const slash = hasAuthority ? before.indexOf('/', 2) : 0;
  const authority = hasAuthority ? before.slice(2, slash < 0 ? undefined : slash) : '';
  const path = slash < 0 ? '' : before.slice(slash);
  const host = parseHost(authority);
  if (host === null || !hasGoodEscapes(path)) return null;
  return new GoUrl({ scheme: scheme.toLowerCase(), host, path: path.replaceAll(' ', '%20'), rawQuery });
}

function parseHost(authority: string): string | null {
  const at = authority.lastIndexOf('@');
  if (at >= 0 && !/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(authority.slice(0, at))) return null;
  const host = authority.slice(at + 1);
  if (!hasGoodEscapes(authority)) return null;
  if (host.startsWith('[')) {
    const match = /^\[([^\]]+)\](:\d*)?$/.exec(host);
    return match !== null && isIPv6((match[1] ?? '').replace(/%25.*$/, '')) ? host : null;
  }
  const colon = host.indexOf(':');
  if (colon >= 0 && !/^:\d*$/.test(host.slice(colon))) return null;
  return /^[^\s"<>\\^`{|}#/[\]]*$/.test(host) && !/%(?![89A-Fa-f])/.test(host) ? host : null;
}

function hasGoodEscapes(text: string): boolean {
  return !/%(?![0-9A-Fa-f]{2})/.test(text);
}
