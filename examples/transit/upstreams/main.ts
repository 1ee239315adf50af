/** The transport authority's three services as one small program, so that the example has something real behind it. */
import { idParameter, objectOf, openApi } from '../../openapi.ts';
import { serveExample, type ExampleService } from '../../serve-example.ts';
import { departures, stops, tickets } from './data.ts';

const TEXT = { type: 'string' };

const stopsApi = openApi('Stops', {
  version: '1.0.0',
  schemas: {
    Stop: objectOf('A stop.', {
      id: TEXT,
      name: TEXT,
      zone: { type: 'integer' },
      lines: { type: 'array', items: TEXT },
    }),
  },
  paths: {
    '/': { get: { operationId: 'listStops', summary: 'All stops', returns: '[Stop]' } },
    '/{id}': {
      get: {
        operationId: 'getStop',
        summary: 'One stop',
        parameters: idParameter('id', 'harbour'),
        returns: 'Stop',
      },
    },
  },
});
const departuresApi = (version: '1.3.0' | '2.0.0') =>
  openApi('Departures', {
    version,
    description:
      version === '1.3.0'
        ? 'Planned times.'
        : 'Live times, with delays. Sent to clients that ask with `X-Departures-Model: live`.',
    schemas: {
      Departure: objectOf('A departure.', {
        id: TEXT,
        stop: TEXT,
        line: TEXT,
        towards: TEXT,
        at: { ...TEXT, description: 'Time of the day.' },
        ...(version === '1.3.0' ? {} : { delayMinutes: { type: 'integer' } }),
      }),
    },
    paths: {
      '/': {
        get: {
          operationId: 'listDepartures',
          summary: 'The next departures',
          returns: '[Departure]',
        },
      },
      '/{id}': {
        get: {
          operationId: 'getDeparture',
          summary: 'One departure',
          parameters: idParameter('id', 'd-1042'),
          returns: 'Departure',
        },
      },
    },
  });
const ticketsApi = openApi('Tickets', {
  version: '1.2.0',
  paths: {
    '/': { get: { operationId: 'listTickets', summary: 'All tickets on sale' } },
    '/{id}': {
      get: { operationId: 'getTicket', summary: 'One ticket', parameters: idParameter('id', 'day') },
    },
    '/{id}/orders': {
      post: { operationId: 'orderTicket', summary: 'Order a ticket', parameters: idParameter('id', 'day') },
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
      if (path === '/openapi.json') return departuresApi('1.3.0');
      if (path === '/openapi-live.json') return departuresApi('2.0.0');
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
