/** The transport authority's three services as one small program, so that the example has something real behind it. */
import { idParameter, openApi } from '../../openapi.ts';
import { serveExample, type ExampleService } from '../../serve-example.ts';
import { departures, stops, tickets } from './data.ts';

const stopsApi = openApi('Stops', {
  version: '1.0.0',
  paths: {
    '/': { get: { operationId: 'listStops', summary: 'All stops' } },
    '/{id}': { get: { operationId: 'getStop', summary: 'One stop', parameters: idParameter('id') } },
  },
});
const departuresApi = (version: string) =>
  openApi('Departures', {
    version,
    paths: {
      '/': { get: { operationId: 'listDepartures', summary: 'The next departures' } },
      '/{id}': {
        get: { operationId: 'getDeparture', summary: 'One departure', parameters: idParameter('id') },
      },
    },
  });
const ticketsApi = openApi('Tickets', {
  version: '1.2.0',
  paths: {
    '/': { get: { operationId: 'listTickets', summary: 'All tickets on sale' } },
    '/{id}': { get: { operationId: 'getTicket', summary: 'One ticket', parameters: idParameter('id') } },
    '/{id}/orders': {
      post: { operationId: 'orderTicket', summary: 'Order a ticket', parameters: idParameter('id') },
    },
  },
});

const services: readonly ExampleService[] = [
  {
    name: 'stops',
    port: 18_201,
    handler: (path) => (path === '/openapi.json' ? stopsApi : oneOrAll(path, stops)),
  },
  {
    name: 'departures',
    port: 18_202,
    handler(path, request) {
      const isLive = request.headers['x-departures-model'] === 'live';
      if (path === '/openapi.json') return departuresApi(isLive ? '2.0.0' : '1.3.0');
      return oneOrAll(
        path,
        isLive ? departures : departures.map(({ delayMinutes: _delay, ...planned }) => planned),
      );
    },
  },
  {
    name: 'tickets',
    port: 18_203,
    handler(path, request) {
      if (path === '/openapi.json') return ticketsApi;
      const [, id] = /^\/([^/]+)\/orders$/.exec(path) ?? [];
      if (id === undefined) return oneOrAll(path, tickets);
      const ticket = tickets.find((one) => one.id === id);
      return ticket && request.method === 'POST' ? { ...ticket, order: 'accepted' } : undefined;
    },
  },
];

function oneOrAll(path: string, items: readonly { readonly id: string }[]): unknown {
  return path === '/' || path === '' ? items : items.find((one) => path === `/${one.id}`);
}

await serveExample('transit', services);
