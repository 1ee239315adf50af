import { expect, test } from 'vitest';
import { placeAt } from './yaml-path.ts';

const MANIFEST = `apiVersion: hub.traefik.io/v1alpha1
kind: APIAccess
metadata:
  name: crew
spec:
  groups:
    - crew
  apis:
    - name: flights
      |
  operationFilter:
    include:
    - x
---
kind: API
`;

function at(text: string) {
  return placeAt(text.replace('|', ''), text.indexOf('|'));
}

test.each([
  ['in an item of a list', MANIFEST, ['spec', 'apis', '[]'], null],
  ['on the line of a dash', MANIFEST.replace('      |\n', '    - |\n'), ['spec', 'apis', '[]'], null],
  ['at the level of a key', MANIFEST.replace('      |\n', '  |\n'), ['spec'], null],
  ['at the root', MANIFEST.replace('      |\n', '|\n'), [], null],
  ['in a value', MANIFEST.replace('      |\n', '      namespace: a|\n'), ['spec', 'apis', '[]'], 'namespace'],
  ['under a dash as far left as its key', 'spec:\n  list:\n  - name: a\n    |', ['spec', 'list', '[]'], null],
  ['in lists of lists', 'spec:\n  rows:\n    - - name: a\n        |', ['spec', 'rows', '[]', '[]'], null],
])('%s', (_, text, path, key) => {
  expect(at(text)).toMatchObject({ path, key });
});

test('keys that are there already, above and below, and the kind of the own document', () => {
  const place = at(MANIFEST.replace('      |\n', '  |\n'));
  expect([...place.siblings].toSorted()).toEqual(['apis', 'groups', 'operationFilter']);
  expect(place).toMatchObject({ kind: 'APIAccess', apiVersion: 'hub.traefik.io/v1alpha1' });
  expect(at(`${MANIFEST.replace('|', '')}spec:\n  |`)).toMatchObject({ kind: 'API', path: ['spec'] });
});
