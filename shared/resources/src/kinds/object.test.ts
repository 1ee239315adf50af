import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { closestName } from './closest-name.ts';
import { objectKey, parseApiVersion, parseKey } from './object.ts';

test.each([
  ['hub.traefik.io/v1alpha1', 'API', 'shop', 'API.hub.traefik.io/shop/a'],
  ['hub.traefik.io/v1alpha1', 'APIGateway', undefined, 'APIGateway.hub.traefik.io//a'],
  ['v1', 'Service', 'shop', 'Service./shop/a'],
])('the key of a %s %s', (apiVersion, kind, namespace, key) => {
  const metadata = namespace === undefined ? { name: 'a' } : { name: 'a', namespace };
  expect(objectKey({ apiVersion, kind, metadata })).toBe(key);
  expect(parseKey(key)).toEqual({
    kind,
    group: parseApiVersion(apiVersion).group,
    namespace: namespace ?? '',
    name: 'a',
  });
});

test('keys are read back as they were written', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9.-]{0,10}$/);
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z][A-Za-z]*$/), fc.option(word), word, (kind, namespace, name) => {
      const metadata = namespace === null ? { name } : { name, namespace };
      const key = objectKey({ apiVersion: 'g.example/v1', kind, metadata });
      expect(parseKey(key)).toEqual({ group: 'g.example', kind, namespace: namespace ?? '', name });
    }),
  );
});

test.each(['', 'API', 'API.g', 'API.g/n', 'API.g/n/', 'API.g/n/a/b', '.g/n/a', 'API/n/a'])(
  '%j is no key',
  (key) => {
    expect(parseKey(key)).toBeNull();
  },
);

test.each([
  ['APIGatway', 'APIGateway'],
  ['ingres', 'Ingress'],
  ['Sevice', 'Service'],
  ['CronJob', null],
])('the closest to %s is %s', (word, closest) => {
  expect(closestName(word, ['API', 'APIGateway', 'Ingress', 'Service'])).toBe(closest);
});
