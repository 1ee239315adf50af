import http, { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { dialTunnel } from '../websocket/dial.ts';
import { openTyped, PORTOLAN_V1, readStreamHeader } from './typed-streams.ts';
import { Session } from './session.ts';
import { readAll } from '../testing/session-pair.ts';
import { WEBSOCKET_OPTIONS, websocketTransport } from '../testing/ws-transport.ts';

const server = createServer();
const sockets = new WebSocketServer({ server, ...WEBSOCKET_OPTIONS, handleProtocols: () => PORTOLAN_V1 });
let url = '';

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/tunnel/t1`;
});
afterAll(() => {
  for (const ws of sockets.clients) ws.terminate();
  server.close();
});

async function connect(): Promise<{ agent: Session; broker: Session }> {
  const accepted = once(sockets, 'connection').then(
    ([ws]) => new Session(websocketTransport(ws), { role: 'server' }),
  );
  const agent = await dialTunnel({ url, token: 'secret', subprotocol: PORTOLAN_V1, proxy: false });
  return { agent, broker: await accepted };
}

it('carries typed streams over a WebSocket', async () => {
  const { agent, broker } = await connect();
  const accepted = once(agent, 'rawStream');
  const header = {
    kind: 'edge',
    client: { address: '192.0.2.7', port: 4711 },
    host: 'a.example',
    tls: true,
  } as const;
  const stream = await openTyped(broker, header);
  const body = randomBytes(20_000_000);
  stream.end(body);
  const [lean] = await accepted;
  expect(await readStreamHeader(lean)).toEqual(header);
  const far = lean.toDuplex();
  const received = await readAll(far);
  expect(createHash('sha1').update(received).digest('hex')).toBe(
    createHash('sha1').update(body).digest('hex'),
  );
  far.end();
  stream.resume();
  await Promise.all([agent.close(), broker.close()]);
});

it('serves node:http on accepted streams and through http.Agent', async () => {
  const { agent, broker } = await connect();
  const app = createServer((request, response) => {
    response.end(`${request.url} from ${request.socket.remoteAddress}`);
  });
  agent.on('rawStream', (accepted) => {
    void readStreamHeader(accepted).then(() => {
      const stream = accepted.toDuplex();
      stream.remoteAddress = '192.0.2.1';
      app.emit('connection', stream);
    });
  });
  const connectPooled = async (done?: (error: Error | null, stream: Duplex) => void): Promise<void> => {
    const stream = await openTyped(broker, { kind: 'control-http' });
    stream.allowHalfOpen = false;
    done?.(null, stream);
  };
  const pool = new http.Agent({ keepAlive: true, maxSockets: 4 });
  pool.createConnection = (_options, done) => {
    void connectPooled(done);
    return undefined;
  };
  for (let i = 0; i < 20; i++) {
    const request = http.get({ host: 'agent', path: `/${i}`, agent: pool });
    const [response] = await once(request, 'response');
    expect(String(await readAll(response))).toBe(`/${i} from 192.0.2.1`);
  }
  expect(broker.stats().streamsOpened).toBe(1);
  pool.destroy();
  await Promise.all([agent.close(), broker.close()]);
});
