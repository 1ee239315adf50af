import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { PLATFORM_HOST, type HeldCredential } from '@portolan/contract/agent';

const HANDSHAKE_MS = 10_000;

/**
 * Authenticates agent and platform to each other over a stream of a tunnel, by TLS 1.3: the platform must show a certificate
 * of the authority that the agent got when it linked, and no other. The broker between sees neither calls nor credentials.
 */
export async function secureStream(
  stream: Duplex,
  { privateKey, credential }: HeldCredential,
): Promise<TLSSocket> {
  const socket = connect({
    socket: stream,
    servername: PLATFORM_HOST,
    ca: credential.authority,
    cert: credential.certificate,
    key: privateKey,
    minVersion: 'TLSv1.3',
  });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(HANDSHAKE_MS) });
    return socket;
  } catch (error) {
    socket.destroy();
    stream.destroy();
    throw error;
  }
}
