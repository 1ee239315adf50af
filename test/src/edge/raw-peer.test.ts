import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { heldCredential, linkAgent } from '@portolan/contract/agent';
import { signTicket, type TicketPurpose } from '@portolan/process/agent-ticket';
import { createClient } from '@portolan/contract/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call } from '../e2e/request.ts';
import { until } from '../e2e/until.ts';
import { buildGoPeer, GoPeer, missingGo } from '../interop/go-peer.ts';
import { listen, startEdgeSystem, type EdgeSystem } from './system.ts';

const missing = missingGo();

/** An agent of another make: hashicorp/yamux, no subprotocol, every stream joined with a TCP address. */
describe.skipIf(missing)(`hashicorp/yamux as an agent of the broker${missing ? `: ${missing}` : ''}`, () => {
  const service = createServer((incoming, answer) => {
    incoming.setEncoding('utf8');
    void incoming.toArray().then((parts: string[]) => {
      answer.end(`${incoming.method} ${incoming.url} for ${incoming.headers.host}: ${parts.join('').length}`);
    });
  });
  let system: EdgeSystem;
  let peer: GoPeer;

  beforeAll(async () => {
    await buildGoPeer();
    // The agent announces the host and leaves; its place is the Go peer's.
    system = await startEdgeSystem({ upstreamPort: await listen(service) });
    await system.agent?.end('SIGTERM');
    const held = heldCredential.parse(JSON.parse(readFileSync(system.credentialFile(), 'utf8')));
    const key = createPrivateKey(held.privateKey);
    const ticket = (purpose: TicketPurpose) => signTicket(held.credential.id, key, purpose);
    const client = createClient({ baseUrl: system.platform.ready.url, token: ticket('link') });
    const about = { clusterUid: system.clusterUid(), agentVersion: '0', source: 'go' };
    const { tunnels } = await client.call(linkAgent, { body: about });
    const { port } = service.address() as { port: number };
    const url = `${tunnels[0]?.url}/tunnel/${tunnels[0]?.id}`;
    peer = new GoPeer([
      '-role',
      'client',
      '-do',
      'dial-raw',
      '-url',
      url,
      '-token',
      ticket({ tunnelId: tunnels[0]?.id ?? '' }),
      '-to',
      `127.0.0.1:${port}`,
    ]);
    await peer.answer();
  }, 180_000);
  afterAll(async () => {
    await peer?.stop();
    await system?.close();
    service.closeAllConnections();
    service.close();
  }, 30_000);

  test('gets plain broker-opened streams of raw public connections', async () => {
    const { http } = system.broker.ready.edge;
    await until('the edge to serve', 10_000, async () => (await call(http, system.host, '/')).status === 200);
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, number) => (await call(http, system.host, `/raw/${number}`)).body),
    );
    expect(answers).toEqual(answers.map((_, number) => `GET /raw/${number} for ${system.host}: 0`));
  });

  test('carries a body of some megabytes', async () => {
    const headers = { host: system.host };
    const outgoing = request(system.broker.ready.edge.http, { method: 'POST', headers });
    outgoing.end('x'.repeat(5_000_000));
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const parts = await answer.setEncoding('utf8').toArray();
    expect(parts.join('')).toContain(': 5000000');
  });
});
