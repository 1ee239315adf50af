import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Starts a service that returns the URL it was asked for. */
export async function startUpstream(): Promise<Server> {
  const server = createServer((request, response) => response.end(request.url));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Returns the objects of an API below `/durable`, open to the group `crew`, with its service on a port of this machine. */
export function durableApi(port: number): object[] {
  const named = (name: string) => ({ name, namespace: 'default' });
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: named('durable'),
      spec: { ports: [{ name: 'http', port: 80 }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...named('durable-1'), labels: { 'kubernetes.io/service-name': 'durable' } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port, protocol: 'TCP' }],
      endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
    },
    {
      apiVersion: 'hub.traefik.io/v1alpha1',
      kind: 'API',
      metadata: named('durable'),
      spec: { pathPrefix: '/durable', service: { name: 'durable', port: { number: 80 } } },
    },
    {
      apiVersion: 'hub.traefik.io/v1alpha1',
      kind: 'APIAccess',
      metadata: { name: 'durable' },
      spec: { groups: ['crew'], apis: [named('durable')] },
    },
    {
      apiVersion: 'hub.traefik.io/v1alpha1',
      kind: 'APIGateway',
      metadata: { name: 'durable' },
      spec: { apiAccesses: ['durable'] },
    },
  ];
}
