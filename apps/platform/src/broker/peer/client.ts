import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { rootCertificates } from 'node:tls';
import { guardListener } from '@portolan/process/guard-listener';
import type { ByteStream } from '@portolan/tunnel/streams/byte-stream';
import type { EdgeClient } from '../edge/edge-target.ts';
import { SocketStream } from '../edge/socket-stream.ts';

/** Between brokers: `GET <broker>/peer/{clusterId}` with this upgrade carries one public connection. */
export const PEER_PROTOCOL = 'portolan-edge';
export const PEER_CLIENT_HEADER = 'portolan-client';

const CONNECT_MS = 3_000;

/** Opens a stream of a tunnel that a peer broker holds; null where the peer cannot. */
export async function openPeerStream(
  peerUrl: string,
  clusterId: string,
  {
    client,
    credential,
    ca,
  }: { readonly client: EdgeClient; readonly credential: string; readonly ca: string | undefined },
): Promise<ByteStream | null> {
  const url = URL.parse(`/peer/${encodeURIComponent(clusterId)}`, peerUrl.replace(/^ws/, 'http'));
  if (!url) return null;
  const outgoing = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    agent: false,
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
    headers: {
      connection: 'Upgrade',
      upgrade: PEER_PROTOCOL,
      authorization: `Bearer ${credential}`,
      [PEER_CLIENT_HEADER]: Buffer.from(JSON.stringify(client)).toString('base64url'),
    },
    timeout: CONNECT_MS,
  });
  const { promise, resolve } = Promise.withResolvers<ByteStream | null>();
  const fail = () => {
    outgoing.destroy();
    resolve(null);
  };
  outgoing.on('timeout', fail);
  outgoing.on('error', fail);
  outgoing.on('response', fail);
  const begin = (_response: IncomingMessage, socket: Socket, head: Buffer) => {
    outgoing.off('error', fail);
    socket.setTimeout(0);
    socket.setNoDelay(true);
    if (head.length > 0) socket.unshift(head);
    resolve(new SocketStream(socket));
  };
  outgoing.on(
    'upgrade',
    guardListener(begin, (_error, _response, socket) => {
      socket.destroy();
      fail();
    }),
  );
  outgoing.end();
  return promise;
}
