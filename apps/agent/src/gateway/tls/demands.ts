import { isDeepStrictEqual } from 'node:util';
import type { TlsOptions } from '@portolan/resources/model/model';

/** How the TLS of a connection was set up. */
export interface Handshake {
  /** The options it was held to; null for none. */
  readonly options: TlsOptions | null;
  /** As OpenSSL names them, such as `TLSv1.3`. */
  readonly protocol: string | null;
  readonly cipher: string;
  readonly hasClientCertificate: boolean;
}

const VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
/** What verified certificates against the same CAs. */
const VERIFYING = new Set(['verify', 'verify-if-given']);

/**
 * Returns whether a connection meets what a route demands. The handshake was made for a host, before the route was known: another
 * object may have set the host's options, or the rule names no host at all. `null`: TLS ended at a trusted proxy, if at all.
 */
export function meetsDemands(demanded: TlsOptions, made: Handshake | null): boolean {
  const mode = demanded.clientAuth?.mode ?? 'none';
  if (made === null) return mode === 'none' || mode === 'request';
  return (
    isProtocolAllowed(made.protocol, demanded) &&
    isCipherAllowed(made, demanded) &&
    isClientProven(demanded, made)
  );
}

/** Returns whether a protocol is one that options allow; SNI contexts cannot carry protocol versions themselves. */
export function isProtocolAllowed(protocol: string | null, options: TlsOptions | null): boolean {
  if (options === null) return true;
  const rank = VERSIONS.indexOf(protocol ?? '');
  const isOldEnough = options.maxVersion === undefined || rank <= VERSIONS.indexOf(options.maxVersion);
  return isOldEnough && (options.minVersion === undefined || rank >= VERSIONS.indexOf(options.minVersion));
}

/** The suites of TLS 1.3 are not configured, here or in Traefik. */
function isCipherAllowed({ protocol, cipher }: Handshake, { cipherSuites }: TlsOptions): boolean {
  return cipherSuites.length === 0 || protocol === 'TLSv1.3' || cipherSuites.includes(cipher);
}

function isClientProven(demanded: TlsOptions, { options, hasClientCertificate }: Handshake): boolean {
  const wanted = demanded.clientAuth;
  if (wanted === null || wanted.mode === 'none' || wanted.mode === 'request') return true;
  if (!hasClientCertificate) return wanted.mode === 'verify-if-given';
  if (wanted.mode === 'require') return true;
  const held = options?.clientAuth ?? null;
  return held !== null && VERIFYING.has(held.mode) && isDeepStrictEqual(held.ca, wanted.ca);
}
