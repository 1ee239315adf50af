import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Outbound } from '../../http/outbound.ts';
import { ProviderError } from './provider-http.ts';

const TIMEOUT_MS = 10_000;
const ADVICE =
  'Install a certificate of a public authority for that host, or set NODE_EXTRA_CA_CERTS=FILE for the platform with the CA of the provider.';

/**
 * Performs a TLS handshake with a provider. Returns the protocol version and expiry of its certificate. A failed connection is
 * not an error here: the next step reports it.
 * @throws ProviderError when the handshake fails.
 */
export function tryTls(outbound: Outbound, url: URL): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = connect({
    host,
    port: Number(url.port || 443),
    ...(isIP(host) === 0 ? { servername: host } : {}),
    lookup: outbound.guard.lookup,
    timeout: TIMEOUT_MS,
  });
  let isConnected = false;
  socket.once('connect', () => (isConnected = true));
  return new Promise<string>((resolve, reject) => {
    socket.once('timeout', () => socket.destroy(new Error('the handshake timed out')));
    socket.once('error', (error) => {
      if (!isConnected) return resolve('not run: the connection failed');
      return reject(
        new ProviderError(
          'connect',
          `The TLS handshake with ${url.host} failed: ${error.message}. ${ADVICE}`,
        ),
      );
    });
    socket.once('secureConnect', () => {
      const { valid_to: until } = socket.getPeerCertificate();
      resolve(
        `${socket.getProtocol() ?? 'TLS'}, certificate valid until ${new Date(until).toISOString().slice(0, 10)}`,
      );
    });
  }).finally(() => socket.destroy());
}
