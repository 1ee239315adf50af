import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { RawStream } from '@portolan/tunnel/streams/raw-stream';
import { RELAY_PATH, RELAY_PROTOCOL } from '@portolan/contract/broker-link';
import { SocketStream } from './edge/socket-stream.ts';
import { splice } from './edge/splice.ts';
import type { AgentIdentity } from '@portolan/contract/agent';

const CONNECT_MS = 5_000;

export interface AgentRelay {
  /** Gives the stream a connection of its own to the platform's agent API, as that agent. */
  relay(stream: RawStream, identity: AgentIdentity): void;
}

/** Relays agents' requests: one upgraded connection per stream, so that nothing of one agent can meet another's. */
export function createAgentRelay(platformUrl: string, secret: string): AgentRelay {
  const url = new URL(RELAY_PATH, platformUrl);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return {
    relay(stream, identity) {
      const outgoing = send(url, {
        agent: false,
        headers: {
          connection: 'Upgrade',
          upgrade: RELAY_PROTOCOL,
          authorization: `Bearer ${secret}`,
          'portolan-cluster': identity.clusterId,
          'portolan-workspace': identity.workspace,
          'portolan-token': identity.tokenId,
        },
        timeout: CONNECT_MS,
      });
      // Requests wait in the stream's window until the platform takes them, or are swallowed if it does not.
      stream.listen({ data: () => false, end() {}, drain() {}, broken: () => outgoing.destroy() });
      const fail = () => {
        outgoing.destroy();
        stream.write(awayAnswer());
        stream.end();
        stream.resume();
      };
      outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
      outgoing.on('error', fail);
      outgoing.on('response', fail);
      outgoing.on('upgrade', (_response, socket, head) => {
        outgoing.off('error', fail);
        socket.setTimeout(0);
        socket.setNoDelay(true);
        if (stream.isBroken) return void socket.destroy();
        if (head.length > 0) stream.write(head);
        splice(stream, new SocketStream(socket));
      });
      outgoing.end();
    },
  };
}

/** An answer of its own, so that the agent knows its request did nothing. */
function awayAnswer(): Buffer {
  const body = JSON.stringify({
    error: { code: 'unavailable', message: 'The platform is away.', fix: 'The agent will try again.' },
  });
  const lines = [
    'HTTP/1.1 503 Service Unavailable',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ];
  return Buffer.from(lines.join('\r\n'));
}
