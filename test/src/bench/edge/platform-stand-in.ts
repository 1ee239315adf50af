import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BROKERS_PATH } from '@portolan/contract/broker-link';

/** As much of a platform as one broker needs: it takes any agent and knows one host. */
export async function startStandIn(host: string): Promise<{ readonly url: string; close(): void }> {
  const identity = { clusterId: 'bench', workspace: 'bench', tokenId: 'bench' };
  const snapshot = { type: 'snapshot', hosts: [{ host, clusterId: 'bench', https: false }], peers: [] };
  const server = createServer((request, response) => {
    request.resume();
    const path = (request.url ?? '').slice(BROKERS_PATH.length);
    if (path.endsWith('/directory')) {
      response.write(`${JSON.stringify(snapshot)}\n`);
      const beat = setInterval(() => response.write('{"type":"idle"}\n'), 2_000);
      response.on('close', () => clearInterval(beat));
    } else if (path.endsWith('/authenticate')) response.end(JSON.stringify(identity));
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
