import { expect, it } from 'vitest';
import { reachableUrl } from './edge-address.ts';

const laptop = { http: 'http://127.0.0.1:4421', https: 'https://127.0.0.1:4431' };
const production = { http: 'http://edge.example.com', https: 'https://edge.example.com' };

it.each([
  ['https://a.edge.localhost/flights', laptop, 'http://a.edge.localhost:4421/flights'],
  ['https://api.example.com/flights', laptop, 'https://api.example.com:4431/flights'],
  ['https://api.example.com/flights', production, 'https://api.example.com/flights'],
  [
    'https://a.edge.localhost/flights',
    { http: null, https: laptop.https },
    'https://a.edge.localhost:4431/flights',
  ],
  ['https://api.example.com/', { http: null, https: null }, 'https://api.example.com/'],
])('shows %s so that it can be called', (url, edge, shown) => {
  expect(reachableUrl(url, edge)).toBe(shown);
});
