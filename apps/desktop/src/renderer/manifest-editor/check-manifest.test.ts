import { expect, test } from 'vitest';
import { checkManifest } from './check-manifest.ts';

const GOOD = `apiVersion: hub.traefik.io/v1alpha1
kind: APIAccess
metadata:
  name: crew
spec:
  groups: [crew]
  apis:
    - name: flights
      namespace: airline
`;

test('a valid manifest has nothing against it, nor have several', () => {
  expect(checkManifest(GOOD)).toEqual([]);
  expect(checkManifest(`${GOOD}---\n${GOOD}`)).toEqual([]);
});

test.each([
  ['a wrong type', GOOD.replace('[crew]', '7'), 6, /spec\.groups/],
  ['an unknown field', GOOD.replace('  apis:', '  apiz: []\n  apis:'), 7, /apiz/],
  ['no YAML', `${GOOD}  : [`, 10, /./],
  ['a kind that is none', GOOD.replace('APIAccess', 'APIAcess'), 1, /APIAcces/],
])('%s is found at its line', (_, text, line, message) => {
  const [fault] = checkManifest(text);
  expect(fault).toMatchObject({ line, severity: 'error', message: expect.stringMatching(message) });
});

test('faults of later documents have the lines of the text', () => {
  expect(checkManifest(`${GOOD}---\n${GOOD.replace('[crew]', '7')}`)[0]?.line).toBe(16);
});

test.each(['', '---', '{', '\u0000', 'a: &a [*a]', '- '.repeat(5000)])('%j never throws', (text) => {
  expect(() => checkManifest(text)).not.toThrow();
});
