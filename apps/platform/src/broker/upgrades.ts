import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { closeGently } from '@portolan/process/close-gently';

/** Refuses an upgrade request with an error in JSON and closes the connection. */
export function refuseUpgrade(
  socket: Duplex,
  status: number,
  { code, message }: { readonly code: string; readonly message: string },
): void {
  const body = JSON.stringify({ error: { code, message } });
  socket.on('error', () => undefined);
  socket.write(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      ...(status === 401 ? ['WWW-Authenticate: Bearer'] : []),
      ...(status === 503 ? ['Retry-After: 1'] : []),
      '',
      body,
    ].join('\r\n'),
  );
  closeGently(socket);
}

/** Returns the credential of `Authorization: Bearer`. */
export function bearerOf(request: IncomingMessage): string | null {
  return /^Bearer (\S{1,512})$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

export function remoteAddressOf(socket: Duplex): string {
  return (socket as Partial<Socket>).remoteAddress ?? '';
}
