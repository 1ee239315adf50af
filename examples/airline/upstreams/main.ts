/** The airline's four services as one small program, so that the example has something real behind it. */
import { serveExample, type ExampleService } from '../../serve-example.ts';
import { customers, employees, flights, tickets } from './data.ts';
import { idParameter, openApi } from '../../openapi.ts';

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

const services: readonly ExampleService[] = [
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

await serveExample('airline', services);
