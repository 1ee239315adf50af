/** The airline's four services as one small program, so that the example has something real behind it. */
import { serveExample, type ExampleService } from '../../serve-example.ts';
import { customers, employees, flights, tickets } from './data.ts';
import { idParameter, objectOf, openApi } from '../../openapi.ts';

const text = (example: string): object => ({ type: 'string', examples: [example] });

const flightsApi = openApi('Flights', {
  version: '1.0.0',
  description:
    'Where our aircraft are and when they leave. Times are in **UTC**; airports are [IATA codes](https://www.iata.org/).',
  schemas: {
    Flight: objectOf('A departure of today.', {
      number: text('PO101'),
      from: text('GVA'),
      to: text('LIS'),
      departure: { type: 'string', format: 'date-time' },
      aircraft: text('A220-300'),
      gate: text('B4'),
      status: { type: 'string', enum: ['scheduled', 'boarding', 'delayed'] },
    }),
  },
  paths: {
    '/': { get: { operationId: 'listFlights', summary: 'All flights of today', returns: '[Flight]' } },
    '/{number}': {
      get: {
        operationId: 'getFlight',
        summary: 'One flight',
        parameters: idParameter('number', 'PO101'),
        returns: 'Flight',
      },
    },
    '/{number}/boarding': {
      post: {
        operationId: 'startBoarding',
        summary: 'Start boarding',
        description:
          'Calls passengers to the gate. For crews:\n\n1. the aircraft is **ready**\n2. the gate is open',
        parameters: idParameter('number', 'PO101'),
        returns: 'Flight',
      },
    },
  },
});
const ticketsApi = (version: string, fields: Readonly<Record<string, object>>) =>
  openApi('Tickets', {
    version,
    description: 'Who has booked which flight.',
    schemas: { Ticket: objectOf('A booked seat.', { id: text('T-7001'), flight: text('PO101'), ...fields }) },
    paths: {
      '/': { get: { operationId: 'listTickets', summary: 'All tickets', returns: '[Ticket]' } },
      '/{id}': {
        get: {
          operationId: 'getTicket',
          summary: 'One ticket',
          parameters: idParameter('id', 'T-7001'),
          returns: 'Ticket',
        },
      },
    },
  });
const oldTicketsApi = ticketsApi('1.4.0', {});
const newTicketsApi = ticketsApi('2.0.1', {
  customer: text('C-31'),
  seat: text('4A'),
  price: objectOf('What was paid.', { amount: { type: 'number' }, currency: text('EUR') }),
  refundable: { type: 'boolean' },
});
const customersApi = openApi('Customers', {
  version: '1.0.0',
  description: 'Passengers and their miles.',
  schemas: {
    Customer: objectOf('A passenger.', {
      id: text('C-31'),
      name: text('Inês Duarte'),
      tier: { type: 'string', enum: ['basic', 'silver', 'gold'] },
      miles: { type: 'integer', minimum: 0 },
    }),
  },
  paths: {
    '/': { get: { operationId: 'listCustomers', summary: 'All customers', returns: '[Customer]' } },
    '/{id}': {
      get: {
        operationId: 'getCustomer',
        summary: 'One customer',
        parameters: idParameter('id', 'C-31'),
        returns: 'Customer',
      },
    },
  },
});
const employeesApi = openApi('Employees', {
  version: '1.0.0',
  description: 'Who works where.',
  schemas: {
    Employee: objectOf('A colleague.', {
      id: text('E-1'),
      name: text('Amina Trabelsi'),
      role: text('captain'),
      base: text('TUN'),
    }),
  },
  paths: {
    '/': { get: { operationId: 'listEmployees', summary: 'Everyone who works here', returns: '[Employee]' } },
    '/{id}': {
      get: {
        operationId: 'getEmployee',
        summary: 'One colleague',
        parameters: idParameter('id', 'E-1'),
        returns: 'Employee',
      },
    },
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
      if (path.endsWith('/openapi.json')) return path.startsWith('/v2') ? newTicketsApi : oldTicketsApi;
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
