import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { guardListener } from '@portolan/process/guard-listener';
import type { RawStream } from '@portolan/tunnel/streams/raw-stream';
import { RELAY_PATH, RELAY_PROTOCOL } from '@portolan/contract/broker-link';
import { SocketStream } from './edge/socket-stream.ts';
import { splice } from './edge/splice.ts';

const CONNECT_MS = 5_000;

export interface AgentRelay {
  /** Connects the stream to the platform's agent API, with which the agent then authenticates itself. */
  relay(stream: RawStream): void;
}

/** Relays agents' calls: one upgraded connection per stream, whose content only agent and platform can read. */
export function createAgentRelay(platformUrl: string, credential: string): AgentRelay {
  const url = new URL(RELAY_PATH, platformUrl);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return {
    relay(stream) {
      const outgoing = send(url, {
        agent: false,
        headers: { connection: 'Upgrade', upgrade: RELAY_PROTOCOL, authorization: `Bearer ${credential}` },
        timeout: CONNECT_MS,
      });
      // Bytes wait in the stream's window until the platform takes them.
      stream.listen({ data: () => false, end() {}, drain() {}, broken: () => outgoing.destroy() });
      // The agent has no connection then, and knows that nothing of its call was sent.
      const fail = () => {
        outgoing.destroy();
        stream.destroy();
      };
      outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
      outgoing.on('error', fail);
      outgoing.on('response', fail);
      const begin = (_response: IncomingMessage, socket: Socket, head: Buffer) => {
        outgoing.off('error', fail);
        socket.setTimeout(0);
        socket.setNoDelay(true);
        if (stream.isBroken) return void socket.destroy();
        if (head.length > 0) stream.write(head);
        splice(stream, new SocketStream(socket));
      };
      outgoing.on(
        'upgrade',
        guardListener(begin, (_error, _response, socket) => {
          socket.destroy();
          fail();
        }),
      );
      outgoing.end();
    },
  };
}
