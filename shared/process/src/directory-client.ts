import { connect, isIP, type LookupFunction } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { Client } from 'ldapts';

/** LDAP server and how connections to it are secured. */
export interface DirectoryServer {
  /** `ldap://` or `ldaps://` URL. */
  readonly url: string;
  /** Whether a connection to an `ldap://` URL is upgraded to TLS (RFC 4511 §4.14). */
  readonly startTls: boolean;
  readonly insecureSkipVerify?: boolean;
  /** Certificates of the authority in PEM; null: those that the system trusts. */
  readonly certificateAuthority: string | null;
  /** Decides which addresses may be connected to; resolves all names if absent. */
  readonly guard?: { readonly lookup: LookupFunction; check(address: string): void };
}

/**
 * Opens a connection to a directory, runs a conversation, and closes the connection. `signal` closes it early.
 * @throws Error of the library or of the conversation.
 */
export async function withDirectoryClient<T>(
  server: DirectoryServer,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  run: (client: Client) => Promise<T>,
): Promise<T> {
  const { url, startTls, guard } = server;
  const { hostname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (guard && isIP(host) !== 0) guard.check(host);
  const tlsOptions: ConnectionOptions = {
    rejectUnauthorized: server.insecureSkipVerify !== true,
    ...(server.certificateAuthority === null ? {} : { ca: server.certificateAuthority }),
    ...(isIP(host) === 0 ? { servername: host } : {}),
  };
  const isSecure = url.toLowerCase().startsWith('ldaps:');
  const client = new Client({
    url,
    timeout: timeoutMs,
    connectTimeout: timeoutMs,
    // The library begins with TLS wherever it is given options for it.
    ...(isSecure ? { tlsOptions } : {}),
    ...(guard ? guardedSockets(guard.lookup, isSecure ? tlsOptions : null) : {}),
  });
  const abort = () => void client.unbind().catch(() => undefined);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    signal?.throwIfAborted();
    if (startTls && !isSecure) await client.startTLS(tlsOptions);
    return await run(client);
  } finally {
    signal?.removeEventListener('abort', abort);
    await client.unbind().catch(() => undefined);
  }
}

/** Returns functions that open sockets with a lookup of our own; the library passes port and host. */
function guardedSockets(lookup: LookupFunction, tlsOptions: ConnectionOptions | null) {
  const open = (port: number, host: string) => connect({ port, host, lookup });
  const openSecure = (port: number, host: string) => connectTls({ ...tlsOptions, port, host, lookup });
  return tlsOptions === null
    ? { createConnection: open as typeof connect }
    : { createSecureConnection: openSecure as typeof connectTls };
}
