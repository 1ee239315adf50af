import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Outbound } from '../../http/outbound.ts';
import { ProviderError } from './provider-http.ts';

const TIMEOUT_MS = 10_000;
const ADVICE =
  'Give it a certificate of a public authority for that name, or start the platform with NODE_EXTRA_CA_CERTS=FILE naming its own.';

/**
 * What a provider shows in a TLS handshake; rejects with what is wrong with it. That nothing answers at all is left to
 * the step after this one, which says so for every provider.
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
    socket.once('timeout', () => socket.destroy(new Error('the handshake takes too long')));
    socket.once('error', (error) => {
      if (!isConnected) return resolve('not tried: there is no connection');
      return reject(new ProviderError('connect', `TLS with ${url.host} fails: ${error.message}. ${ADVICE}`));
    });
    socket.once('secureConnect', () => {
      const { valid_to: until } = socket.getPeerCertificate();
      resolve(
        `${socket.getProtocol() ?? 'TLS'}, certificate good until ${new Date(until).toISOString().slice(0, 10)}`,
      );
    });
  }).finally(() => socket.destroy());
}
