import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  authenticateRequest,
  registerBroker,
  type authenticateResponse,
} from '@portolan/contract/broker-link';
import type { z } from 'zod';

/** As much of a platform as one broker needs: it takes any agent and knows one host. */
export async function startStandIn(host: string): Promise<{ readonly url: string; close(): void }> {
  const identity = { clusterId: 'bench', credentialId: 'bench' };
  const snapshot = { type: 'snapshot', hosts: [{ host, clusterId: 'bench', https: false }], peers: [] };
  const admit = (body: string): z.input<typeof authenticateResponse> => ({
    verdicts: authenticateRequest.parse(JSON.parse(body)).dials.map(() => ({ identity })),
  });
  const server = createServer((request, response) => {
    const body: string[] = [];
    request.setEncoding('utf8').on('data', (part: string) => body.push(part));
    const path = (request.url ?? '').slice(registerBroker.path.length);
    if (path.endsWith('/directory')) {
      response.write(`${JSON.stringify(snapshot)}\n`);
      const beat = setInterval(() => response.write('{"type":"idle"}\n'), 2_000);
      response.on('close', () => clearInterval(beat));
    } else if (path.endsWith('/authenticate'))
      request.on('end', () => response.end(JSON.stringify(admit(body.join('')))));
    else if (path.endsWith('/sessions')) response.end('{"close":[]}');
    else response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
