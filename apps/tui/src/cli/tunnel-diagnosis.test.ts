import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Server as TcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { acceptTunnel } from '@portolan/tunnel/websocket/accept';
import { diagnoseTunnel, type TunnelDiagnosis } from './tunnel-diagnosis.ts';
import { Session } from '@portolan/tunnel/session/session';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function listen(server: Server | TcpServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  ends.push(() => server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A broker that knows the token `good`. */
async function broker(): Promise<number> {
  const server = createServer();
  server.on('upgrade', (request, socket, head) => {
    if (request.headers.authorization !== 'Bearer good') {
      socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\nConnection: close\r\n\r\nGone');
      return;
    }
    const transport = acceptTunnel(request, socket, head);
    if (!transport) return;
    const session = new Session(transport, { role: 'server' });
    ends.push(() => session.destroy());
  });
  return listen(server);
}

const walked = ({ hops }: TunnelDiagnosis) => hops.map(({ hop, ok }) => (ok ? hop : `${hop}!`));

describe('diagnoseTunnel', () => {
  it('walks every hop to a broker that works', async () => {
    const found = await diagnoseTunnel({
      url: `ws://127.0.0.1:${await broker()}/tunnel/t`,
      token: 'good',
      proxy: false,
    });
    expect(found.broken).toBeNull();
    expect(walked(found)).toEqual(['address', 'dns', 'tcp', 'websocket', 'token', 'ping']);
    expect(found.hops.at(-1)?.detail).toMatch(/round trip \d/);
  });

  it('goes through a proxy, and names it when it refuses', async () => {
    const port = await broker();
    const server = createServer();
    let answer = 'HTTP/1.1 200 OK\r\n\r\n';
    server.on('connect', (_request, near) => {
      near.write(answer);
      if (!answer.includes('200')) return void near.end();
      const far = connect(port, '127.0.0.1');
      near.pipe(far);
      far.pipe(near);
      for (const socket of [near, far]) socket.on('error', () => undefined);
      ends.push(() => far.destroy());
    });
    const options = {
      url: `ws://127.0.0.1:${port}/tunnel/t`,
      token: 'good',
      proxy: `http://127.0.0.1:${await listen(server)}`,
    };
    expect(walked(await diagnoseTunnel(options))).toEqual([
      'address',
      'dns',
      'tcp',
      'proxy',
      'websocket',
      'token',
      'ping',
    ]);
    answer = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n';
    expect((await diagnoseTunnel(options)).broken).toBe('proxy');
  });

  it('names the hop that is broken and stops there', async () => {
    const port = await broker();
    const diagnose = (url: string, token = 'good') => diagnoseTunnel({ url, token, proxy: false });
    expect(walked(await diagnose('https://broker.test'))).toEqual(['address!']);
    expect(walked(await diagnose('ws://no-such-host.invalid/tunnel/t'))).toEqual(['address', 'dns!']);
    expect(walked(await diagnose('ws://127.0.0.1:1/tunnel/t'))).toEqual(['address', 'dns', 'tcp!']);
    expect(walked(await diagnose(`wss://127.0.0.1:${port}/tunnel/t`))).toEqual([
      'address',
      'dns',
      'tcp',
      'tls!',
    ]);
    const token = await diagnose(`ws://127.0.0.1:${port}/tunnel/t`, 'bad');
    expect(walked(token)).toEqual(['address', 'dns', 'tcp', 'websocket', 'token!']);
    expect(token.hops.at(-1)?.detail).toContain('Gone');
    expect(JSON.stringify(token)).not.toContain('"bad"');
    const web = await listen(createServer((_request, response) => response.end('hello')));
    expect((await diagnose(`ws://127.0.0.1:${web}/tunnel/t`)).broken).toBe('websocket');
  });
});
