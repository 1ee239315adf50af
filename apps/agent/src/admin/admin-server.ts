import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Registry } from 'prom-client';
import { limitServer } from '@portolan/process/server-limits';
import { readinessOf, type AgentReadiness } from './readiness.ts';

const ADMIN_LIMITS = { connectionsMax: 500, connectionsPerAddressMax: 200 };

export interface AdminServerOptions {
  readonly host: string;
  readonly port: number;
  readonly metrics: Registry;
  /** Metrics of requests, in the text format of Prometheus. */
  readonly requestMetrics: () => string;
  readonly readiness: () => AgentReadiness;
}

/** Health, readiness and figures, apart from the traffic of APIs. */
export async function startAdminServer(options: AdminServerOptions): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: string, type = 'text/plain; charset=utf-8'): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, 'only GET\n');
    switch (request.url) {
      case '/healthz':
        return answer(200, 'ok\n');
      case '/readyz':
      case '/readyz/tunnels': {
        const of = request.url === '/readyz' ? 'gateway' : 'tunnels';
        const { isReady, text } = readinessOf(of, options.readiness());
        return answer(isReady ? 200 : 503, text);
      }
      case '/metrics':
        options.metrics.metrics().then(
          (text) => answer(200, `${text}${options.requestMetrics()}`, options.metrics.contentType),
          (error: unknown) => answer(500, `${String(error)}\n`),
        );
        return undefined;
      default:
        return answer(404, 'here are /healthz, /readyz, /readyz/tunnels and /metrics\n');
    }
  });
  limitServer(server, ADMIN_LIMITS);
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return server;
}
