import type { ImportedTarget, ImportedUpstream } from './imported.ts';

/** The parts of the URL of an upstream. */
export interface UpstreamAddress {
  readonly scheme: ImportedUpstream['scheme'];
  readonly target: ImportedTarget;
  /** Path before that of each request; empty for none. */
  readonly path: string;
}

const SCHEMES: ReadonlyMap<string, ImportedUpstream['scheme']> = new Map([
  ['http:', 'http'],
  ['https:', 'https'],
  ['h2c:', 'h2c'],
]);

/** Returns the parts of a URL; null when it is not one of HTTP. */
export function parseUpstreamUrl(url: string, weight = 1): UpstreamAddress | null {
  if (!URL.canParse(url)) return null;
  const { protocol, hostname, port, pathname } = new URL(url);
  const scheme = SCHEMES.get(protocol);
  if (scheme === undefined || hostname === '') return null;
  return {
    scheme,
    target: {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || (scheme === 'https' ? 443 : 80),
      weight,
    },
    path: pathname.replace(/\/$/, ''),
  };
}
