import { expect, it } from 'vitest';
import { findOperation } from './operations.ts';

const document = {
  openapi: '3.1.0',
  servers: [{ url: 'https://api.test/v1' }, { url: '/relative' }, { url: '{broken' }],
  paths: {
    '/flights': { get: { operationId: 'listFlights' }, post: {} },
    '/flights/mine': { get: { operationId: 'myFlights' } },
    '/flights/{id}': { get: { operationId: 'getFlight' }, parameters: [] },
    '/flights/{id}/seats/{seat}': { delete: { operationId: 'freeSeat' } },
    '/{any}/{thing}': { get: { operationId: 'anything' } },
    '/files/{name}.json': { get: { operationId: 'file' } },
    '/': { get: { operationId: 'root' } },
    '/odd': null,
  },
};

it.each<[string, string, string | null | undefined]>([
  ['GET', '/flights', 'listFlights'],
  ['POST', '/flights', null],
  ['GET', '/flights/mine', 'myFlights'],
  ['GET', '/flights/42', 'getFlight'],
  ['DELETE', '/flights/42/seats/7a', 'freeSeat'],
  ['GET', '/flights/42/seats/7a', undefined],
  ['GET', '/other/42', 'anything'],
  ['GET', '/files/a.json', 'file'],
  ['GET', '/files/.json', 'anything'],
  ['GET', '/', 'root'],
  ['GET', '/v1/flights/42', 'getFlight'],
  ['GET', '/relative/flights/42/', undefined],
  ['GET', '/relative', 'root'],
  ['DELETE', '/flights', undefined],
  ['PARAMETERS', '/flights/1', undefined],
  ['GET', '/odd', undefined],
  ['GET', '/flights/', undefined],
])('%s %s is %s', (method, path, operationId) => {
  const found = findOperation(document, method, path);
  expect(found === null ? undefined : found.operationId).toBe(operationId);
});

it.each([null, 7, [], {}, { paths: 7 }, { paths: { '/a': 7 }, servers: 7 }])('finds nothing in %j', (odd) => {
  expect(findOperation(odd, 'GET', '/a')).toBeNull();
});
