import { isDeepStrictEqual } from 'node:util';
import { normaliseHost } from '@portolan/resources/rules/hosts';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Certificate, Model, TlsOptions } from '@portolan/resources/model/model';

/** What the handshakes of one host are made with. */
export interface HostTls {
  readonly context: SecureContext;
  /** Returns one without the host's options, which would bind every other host that the handshake may turn out to be for. */
  plainContext(): SecureContext;
  readonly options: TlsOptions | null;
  readonly alpn: readonly string[];
}

export const DEFAULT_ALPN: readonly string[] = ['h2', 'http/1.1'];
const contexts = new WeakMap<Certificate, Map<TlsOptions | null, SecureContext>>();

/** Returns certificate and options for a server name: its own, its wildcard's, else the default; null when there is no certificate. */
export function hostTls(model: Model, serverName: string): HostTls | null {
  const host = serverName.toLowerCase();
  const certificate = byHost(model.certificates, host);
  const options = tlsOptionsOf(model, host);
  if (certificate === undefined) return null;
  if (options?.sniStrict === true && certificate === model.certificates.get('default')) return null;
  return {
    context: contextFor(certificate, options),
    plainContext: () => contextFor(certificate, null),
    options,
    alpn: options === null || options.alpnProtocols.length === 0 ? DEFAULT_ALPN : options.alpnProtocols,
  };
}

/** Returns what a host demands of handshakes; null for nothing. */
function tlsOptionsOf(model: Model, host: string): TlsOptions | null {
  return model.tlsOptions.size === 0 ? null : (byHost(model.tlsOptions, host) ?? null);
}

/**
 * Returns whether a host makes other demands on the handshake than those a connection was made with (RFC 9110 §15.5.20). Else a
 * client would get past a host's demand for certificates by naming another host in the handshake.
 */
export function isMisdirected(model: Model, host: string, handshake: TlsOptions | null): boolean {
  const demanded = tlsOptionsOf(model, normaliseHost(host));
  return demanded !== handshake && !isDeepStrictEqual(demanded, handshake);
}

/** A wildcard covers exactly one label (RFC 6125 §6.4.3). */
function byHost<T>(map: ReadonlyMap<string, T>, host: string): T | undefined {
  const dot = host.indexOf('.');
  const wildcard = dot === -1 ? undefined : map.get(`*${host.slice(dot)}`);
  return map.get(host) ?? wildcard ?? map.get('default');
}

function contextFor(certificate: Certificate, options: TlsOptions | null): SecureContext {
  let known = contexts.get(certificate);
  if (known === undefined) {
    known = new Map();
    contexts.set(certificate, known);
  }
  let context = known.get(options);
  if (context === undefined) {
    context = createSecureContext({
      cert: certificate.cert,
      key: certificate.key,
      minVersion: options?.minVersion ?? 'TLSv1.2',
      ...(options?.maxVersion === undefined ? {} : { maxVersion: options.maxVersion }),
      ...(options === null || options.cipherSuites.length === 0
        ? {}
        : { ciphers: options.cipherSuites.join(':') }),
      ...(options?.clientAuth == null ? {} : { ca: [...options.clientAuth.ca] }),
    });
    known.set(options, context);
  }
  return context;
}
