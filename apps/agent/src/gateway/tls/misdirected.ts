import { isDeepStrictEqual } from 'node:util';
import { normaliseHost } from '@portolan/resources/rules/hosts';
import type { Connection } from '../connections.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { tlsOptionsOf } from './certificates.ts';

/**
 * Whether a request asks for a host that makes other demands on the handshake than the one its connection was made for (RFC 9110 §15.5.20). Else a
 * client would get past a host's demand for certificates by naming another host in the handshake.
 */
export function isMisdirected({ client, host, table }: Exchange, { tls }: Connection): boolean {
  if (client.scheme !== 'https') return false;
  const demanded = tlsOptionsOf(table.model, normaliseHost(host));
  return demanded !== tls && !isDeepStrictEqual(demanded, tls);
}
