import { once } from 'node:events';
import type { AddressInfo, ListenOptions, Server } from 'node:net';
import { StartupError } from '@portolan/process/startup-error';

/** Has a server listen; returns its address as `HOST:PORT`. @throws StartupError that names the flag of the port. */
export async function listen(server: Server, options: ListenOptions, flag: string): Promise<string> {
  server.listen(options);
  await once(server, 'listening').catch((error: unknown) => {
    throw portError(flag, options, error);
  });
  const address = server.address() as AddressInfo;
  return `${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}

/** Returns the error for a port that cannot be listened on. */
export function portError(flag: string, { host, port }: ListenOptions, cause: unknown): StartupError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StartupError(
    `--${flag} ${port} on ${host} cannot be used: ${why}.`,
    'Choose another port (0 takes a free one), or stop what uses it.',
    { cause },
  );
}
