import { once } from 'node:events';
import { Agent, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { duplexPair } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { model, route, service } from './testing/models.ts';
import { ask, echo, readAnswer, startGateway, upstream } from './testing/servers.ts';

describe('stopping', () => {
  it('finishes what is under way and closes idle connections', async () => {
    const waiting: ServerResponse[] = [];
    const up = await upstream((req, res) => {
      if (req.url === '/fast') res.end('fast');
      else {
        res.write('begin ');
        waiting.push(res);
      }
    });
    const { port, gateway } = await startGateway(model([route()], [service('up', up)]));
    const agent = new Agent({ keepAlive: true });
    const idle = request({ port, path: '/fast', agent }).end();
    const [fast] = (await once(idle, 'response')) as [IncomingMessage];
    expect((await readAnswer(fast)).body).toBe('fast');
    const slow = Array.from({ length: 5 }, () => ask(port, { path: '/slow' }));
    await vi.waitFor(() => expect(waiting).toHaveLength(5));
    const stopped = gateway.stop(10_000);
    await expect(ask(port)).rejects.toThrow(/ECONNREFUSED|ECONNRESET|socket hang up/);
    for (const res of waiting) res.end('x'.repeat(1_000_000));
    for (const answer of await Promise.all(slow)) expect(answer.body).toHaveLength(1_000_006);
    await stopped;
    agent.destroy();
  });

  it('gives up after its grace', async () => {
    const up = await upstream((_req, res) => res.write('begin'));
    const { port, gateway } = await startGateway(model([route()], [service('up', up)]));
    const req = request({ port, agent: false }).end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    const cut = readAnswer(res);
    cut.catch(() => undefined);
    await gateway.stop(50);
    await expect(cut).rejects.toThrow('aborted');
  });
});

describe('swapping tables', () => {
  it('gives, over 1,000 swaps under load, only answers of the table before or after', async () => {
    const a = await upstream((_req, res) => res.end('a'));
    const b = await upstream((_req, res) => res.end('b'));
    const tables = [
      model([route({ rule: 'Path(`/x`)', id: 'a' })], [service('up', a)]),
      model(
        [route({ rule: 'Path(`/x`)', id: 'b' }), route({ rule: 'Path(`/y`)', id: 'y' })],
        [service('up', b)],
      ),
    ];
    const { port, gateway } = await startGateway(tables[0]!);
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const answers: Record<string, number> = {};
    const done = new AbortController();
    const client = async (): Promise<void> => {
      while (!done.signal.aborted) {
        const req = request({ port, path: '/x', agent }).end();
        const [res] = (await once(req, 'response')) as [IncomingMessage];
        const { status, body } = await readAnswer(res);
        answers[`${status} ${body}`] = (answers[`${status} ${body}`] ?? 0) + 1;
      }
    };
    const clients = Array.from({ length: 8 }, client);
    for (let i = 0; i < 1000; i++) {
      gateway.swap(tables[i % 2]!);
      await new Promise(setImmediate);
    }
    done.abort();
    await Promise.all(clients);
    agent.destroy();
    expect(Object.keys(answers).toSorted()).toEqual(['200 a', '200 b']);
  });
});

describe('connections from a tunnel', () => {
  it('serves plain HTTP on a stream, with the client the broker saw', async () => {
    const { gateway } = await startGateway(model([route()], [service('up', await echo())]));
    const [near, far] = duplexPair();
    gateway.acceptPlain(far, { address: '203.0.113.7', port: 4711 });
    const agent = new Agent({ keepAlive: true });
    agent.createConnection = () =>
      Object.assign(near, {
        setTimeout: () => near,
        setNoDelay: () => near,
        setKeepAlive: () => near,
        ref: () => near,
        unref: () => near,
      });
    for (let i = 0; i < 3; i++) {
      const req = request({
        host: 'api.example.com',
        path: `/${i}`,
        agent,
        headers: { 'x-forwarded-for': '1.2.3.4' },
      }).end();
      const [res] = (await once(req, 'response')) as [IncomingMessage];
      expect(JSON.parse((await readAnswer(res)).body)).toMatchObject({
        url: `/${i}`,
        headers: { 'x-forwarded-for': '203.0.113.7' },
      });
    }
    near.destroy();
  });

  it('switches a stream to WebSocket', async () => {
    const up = await upstream((_req, res) => res.end());
    new WebSocketServer({ server: up.server }).on('connection', (socket) => socket.send('hello'));
    const { gateway } = await startGateway(model([route()], [service('up', up)]));
    const [near, far] = duplexPair();
    gateway.acceptPlain(far, { address: '203.0.113.7', port: 4711 });
    near.write(
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
    let received = '';
    near.on('data', (chunk: Buffer) => void (received += chunk.toString('latin1')));
    await vi.waitFor(() => expect(received).toMatch(/^HTTP\/1\.1 101 [\s\S]*hello$/));
    near.end();
    await once(far, 'close');
  });

  it('closes a stream that stays idle', async () => {
    const { gateway } = await startGateway(model([route()], [service('up', await echo())]), {
      limits: { keepAliveTimeoutMs: 50 },
    });
    const [near, far] = duplexPair();
    gateway.acceptPlain(far, { address: '203.0.113.7', port: 4711 });
    near.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    near.resume();
    await once(far, 'close');
  });
});
