import type { IncomingMessage } from 'node:http';
import type { Config } from '../config.ts';

const ANY = new Set(['0.0.0.0', '::', '']);

/**
 * Returns where clients reach the platform, without a trailing slash: as configured, or where it listens. What a request says in
 * its headers is never used: links and tokens that are made of it lead where its sender wants.
 */
export function baseUrlOf(config: Config, { socket }: IncomingMessage): string {
  if (config.publicUrl !== undefined) return config.publicUrl.replace(/\/$/, '');
  const host = ANY.has(config.host) ? (socket.localAddress ?? '127.0.0.1') : config.host;
  const name = host.includes(':') ? `[${host.replace(/%.*$/, '')}]` : host;
  return `http://${name}:${socket.localPort ?? config.port}`;
}
