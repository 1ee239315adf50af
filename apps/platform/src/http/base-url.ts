import type { IncomingMessage } from 'node:http';
import type { Config } from '../config.ts';

const ANY = new Set(['0.0.0.0', '::', '']);

/**
 * Returns the URL at which clients reach the platform, without a trailing slash: the configured one, or the listening address.
 * Request headers are never used, because the sender could choose the host in links and tokens.
 */
export function baseUrlOf(config: Config, { socket }: IncomingMessage): string {
  if (config.publicUrl !== undefined) return config.publicUrl.replace(/\/$/, '');
  const host = ANY.has(config.host) ? (socket.localAddress ?? '127.0.0.1') : config.host;
  const name = host.includes(':') ? `[${host.replace(/%.*$/, '')}]` : host;
  return `http://${name}:${socket.localPort ?? config.port}`;
}
