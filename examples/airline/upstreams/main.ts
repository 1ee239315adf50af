/**
 * The airline's four services as one small program, so that the example has something real behind it.
 * Two starts on one machine share it: the ports are fixed by the manifests, so a second program waits
 * until the first one's ports are free and then takes over.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { customers, employees, flights, tickets } from './data.ts';
import { idParameter, openApi } from './openapi.ts';

type Handler = (path: string, request: IncomingMessage) => unknown;

const flightsApi = openApi('Flights', '1.0.0', {
  '/': { get: { operationId: 'listFlights', summary: 'All flights of today' } },
  '/{number}': {
    get: { operationId: 'getFlight', summary: 'One flight', parameters: idParameter('number') },
  },
  '/{number}/boarding': {
    post: { operationId: 'startBoarding', summary: 'Start boarding', parameters: idParameter('number') },
  },
});
const ticketsApi = (version: string) =>
  openApi('Tickets', version, {
    '/': { get: { operationId: 'listTickets', summary: 'All tickets' } },
    '/{id}': {
      get: { operationId: 'getTicket', summary: 'One ticket', parameters: idParameter('id') },
    },
  });
const customersApi = openApi('Customers', '1.0.0', {
  '/': { get: { operationId: 'listCustomers', summary: 'All customers' } },
  '/{id}': {
    get: { operationId: 'getCustomer', summary: 'One customer', parameters: idParameter('id') },
  },
});
const employeesApi = openApi('Employees', '1.0.0', {
  '/': { get: { operationId: 'listEmployees', summary: 'Everyone who works here' } },
  '/{id}': {
    get: { operationId: 'getEmployee', summary: 'One colleague', parameters: idParameter('id') },
  },
});

const services: readonly { name: string; port: number; handler: Handler }[] = [
  {
    name: 'flights',
    port: 18_101,
    handler(path, request) {
      if (path === '/openapi.json') return flightsApi;
      if (isRoot(path, '/flights')) return flights;
      const [, number, action] = /^\/(?:flights\/)?([A-Z0-9]+)(\/boarding)?$/.exec(path) ?? [];
      const flight = flights.find((f) => f.number === number);
      if (action && flight && request.method === 'POST') return { ...flight, status: 'boarding' };
      return action ? undefined : flight;
    },
  },
  {
    name: 'tickets',
    port: 18_102,
    handler(path, request) {
      if (path.endsWith('/openapi.json')) return ticketsApi(path.startsWith('/v2') ? '2.0.1' : '1.4.0');
      const shown =
        request.headers['x-tickets-model'] === '2'
          ? tickets
          : tickets.map(({ id, flight }) => ({ id, flight }));
      return item(path, '/tickets', shown);
    },
  },
  {
    name: 'customers',
    port: 18_103,
    handler: (path) => (path === '/openapi.json' ? customersApi : item(path, '/customers', customers)),
  },
  {
    name: 'employees',
    port: 18_104,
    handler: (path) => (path === '/openapi.json' ? employeesApi : item(path, '/employees', employees)),
  },
];

function isRoot(path: string, prefix: string): boolean {
  return path === '/' || path === '' || path === prefix;
}

function item(path: string, prefix: string, items: readonly { id: string }[]): unknown {
  if (isRoot(path, prefix)) return items;
  return items.find((one) => path === `/${one.id}` || path === `${prefix}/${one.id}`);
}

const retryMs = 500;
const stopping = new AbortController();

function serve(name: string, port: number, handler: Handler): Promise<void> {
  const server = createServer((request, response) => answer(name, handler, request, response));
  stopping.signal.addEventListener('abort', () => {
    server.close();
    server.closeAllConnections();
  });
  return new Promise((resolve) => {
    let isSharing = false;
    server.once('listening', resolve);
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error;
      if (!isSharing)
        console.error(
          `airline: port ${port} of ${name} is taken by another start of this example; sharing it`,
        );
      isSharing = true;
      resolve();
      const timer = setTimeout(() => server.listen(port, '127.0.0.1'), retryMs);
      stopping.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    });
    server.listen(port, '127.0.0.1');
  });
}

function answer(name: string, handler: Handler, request: IncomingMessage, response: ServerResponse): void {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const body = handler(path, request);
  request.resume();
  response.writeHead(body === undefined ? 404 : 200, {
    'content-type': 'application/json',
    'x-service': name,
  });
  response.end(JSON.stringify(body ?? { error: `${name} has no ${path}` }));
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop());
process.on('disconnect', () => stop());

function stop(): void {
  stopping.abort();
  if (process.connected) process.disconnect();
}

await Promise.all(services.map(({ name, port, handler }) => serve(name, port, handler)));
process.send?.({ event: 'ready', pid: process.pid });
