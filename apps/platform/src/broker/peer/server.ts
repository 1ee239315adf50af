import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { SocketStream } from '../edge/socket-stream.ts';
import { splice } from '../edge/splice.ts';
import { PEER_CLIENT_HEADER, PEER_PROTOCOL } from './client.ts';
import type { Router } from '../router.ts';
import { claimedId, isSameText, peerCredential } from '@portolan/process/broker-credential';
import { bearerOf, refuseUpgrade } from '../upgrades.ts';

const peerClient = z.object({
  protocol: z.enum(['http', 'tls']),
  address: z.string().max(64),
  port: z.number().int(),
  host: z.string().max(255),
});

/** Takes a public connection from a peer broker and gives it a stream of a tunnel held here, or refuses at once. */
export async function acceptPeer(
  request: IncomingMessage,
  socket: Duplex,
  options: {
    readonly clusterId: string;
    readonly head: Buffer;
    readonly router: Router;
    /** Credential of this broker, from which those of its peers are derived. */
    readonly credential: string;
    readonly accepts: (brokerId: string) => boolean;
  },
): Promise<void> {
  if (!isPeer(bearerOf(request) ?? '', options)) {
    return refuseUpgrade(socket, 401, {
      code: 'invalid-token',
      message: 'A credential of a broker for this broker is needed.',
    });
  }
  const client = parseClient(request);
  if (!client)
    return refuseUpgrade(socket, 400, { code: 'invalid-request', message: 'The client is not named.' });
  const upstream = await options.router.openOwn(options.clusterId, client, new Set());
  if (!upstream) {
    return refuseUpgrade(socket, 503, {
      code: 'cluster-offline',
      message: 'No tunnel of that cluster ends here.',
    });
  }
  if (socket.destroyed) return upstream.stream.destroy();
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${PEER_PROTOCOL}\r\n\r\n`,
  );
  if (options.head.length > 0) upstream.stream.write(options.head);
  splice(new SocketStream(socket), upstream.stream);
}

function isPeer(
  given: string,
  own: { readonly credential: string; readonly accepts: (brokerId: string) => boolean },
): boolean {
  const from = claimedId(given);
  return from !== null && isSameText(given, peerCredential(own.credential, from)) && own.accepts(from);
}

function parseClient(request: IncomingMessage): z.infer<typeof peerClient> | null {
  const header = request.headers[PEER_CLIENT_HEADER];
  if (request.headers.upgrade !== PEER_PROTOCOL || typeof header !== 'string') return null;
  try {
    return peerClient.parse(JSON.parse(Buffer.from(header, 'base64url').toString()));
  } catch {
    return null;
  }
}
