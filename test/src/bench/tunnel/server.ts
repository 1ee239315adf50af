import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { createServer as createBareTlsServer } from 'node:tls';
import { acceptTunnel } from '@portolan/tunnel/websocket/accept';
import { Session } from '@portolan/tunnel/session/session';
import { libp2pPeer } from '@portolan/tunnel/testing/libp2p-peer';
import { WEBSOCKET_OPTIONS, websocketTransport } from '@portolan/tunnel/testing/ws-transport';
import { WebSocketServer } from 'ws';
import { serveLane } from './exercises.ts';
import { duplexLane, leanLane, libp2pLane, wsLane } from './lanes.ts';

/** The broker's side of the benchmark, a process of its own: says where it listens, and its memory when asked. */
const [certFile = '', keyFile = ''] = process.argv.slice(2);
const tls = { cert: readFileSync(certFile), key: readFileSync(keyFile) };

function serveTunnels(server: Server): void {
  const plain = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const tunnels = new WebSocketServer({ noServer: true, ...WEBSOCKET_OPTIONS });
  server.on('upgrade', (request, socket, head) => {
    if (request.url === '/ws') {
      plain.handleUpgrade(request, socket, head, (ws) => serveLane(wsLane(ws), () => ws.pause()));
      return;
    }
    if (request.url === '/libp2p') {
      tunnels.handleUpgrade(request, socket, head, (ws) => {
        libp2pPeer(websocketTransport(ws), 'server').addEventListener('stream', ({ detail }) => {
          serveLane(libp2pLane(detail), () => detail.pause());
        });
      });
      return;
    }
    const transport = acceptTunnel(request, socket, head);
    if (!transport) return;
    const session = new Session(transport, { role: 'server' });
    if (request.url === '/tunnel-lean')
      session.on('rawStream', (stream) => serveLane(leanLane(stream), () => stream.pause()));
    else session.on('stream', (stream) => serveLane(duplexLane(stream), () => stream.pause()));
  });
}

async function listen(server: NetServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const plain = createServer();
const secure = createTlsServer(tls);
serveTunnels(plain);
serveTunnels(secure);
const bare = createBareTlsServer(tls, (socket) => serveLane(duplexLane(socket), () => socket.pause()));

process.on('message', () => {
  // Everything that can be given back is: what is left is what idle connections hold.
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  process.send?.({ rss: process.memoryUsage.rss() });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ plain: await listen(plain), secure: await listen(secure), bare: await listen(bare) });
