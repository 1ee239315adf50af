import { expect, test } from 'vitest';
import { diffObjects } from './object-diff.ts';

const object = (kind: string, spec: unknown) => ({
  apiVersion: 'hub.traefik.io/v1alpha1',
  kind,
  metadata: { name: 'x' },
  spec,
});
const api = (spec: unknown) => object('API', spec);

test.each([
  ['nothing', { pathPrefix: '/a' }, { pathPrefix: '/a' }, []],
  ['the order of fields', { a: 1, b: [2] }, { b: [2], a: 1 }, []],
  [
    'a value',
    { pathPrefix: '/a' },
    { pathPrefix: '/b' },
    [{ path: 'spec.pathPrefix', before: '/a', after: '/b' }],
  ],
  ['a field that comes', {}, { x: { y: 1 } }, [{ path: 'spec.x', after: { y: 1 } }]],
  ['a field that goes', { x: null }, {}, [{ path: 'spec.x', before: null }]],
  ['a place in a list', { a: [1, 2] }, { a: [1, 3] }, [{ path: 'spec.a[1]', before: 2, after: 3 }]],
  ['a longer list', { a: [1] }, { a: [1, 2] }, [{ path: 'spec.a[1]', after: 2 }]],
  ['another type', { a: [1] }, { a: { 0: 1 } }, [{ path: 'spec.a', before: [1], after: { 0: 1 } }]],
  [
    'a name that is no word',
    { 'a.b/c': 1 },
    { 'a.b/c': 2 },
    [{ path: 'spec["a.b/c"]', before: 1, after: 2 }],
  ],
])('%s', (_what, before, after, fields) => {
  expect(diffObjects(api(before), api(after))).toEqual(fields);
});

test('an object that comes or goes is one difference', () => {
  expect(diffObjects(null, api({ a: 1 }))).toEqual([{ path: '', after: api({ a: 1 }) }]);
  expect(diffObjects(api({ a: 1 }), null)).toEqual([{ path: '', before: api({ a: 1 }) }]);
});

test('another secret is a difference whose values stay hidden', () => {
  const policy = (signingSecret: string) => object('AccessControlPolicy', { jwt: { signingSecret } });
  const fields = diffObjects(policy('old-secret'), policy('new-secret'));
  expect(fields).toEqual([{ path: 'spec.jwt.signingSecret', before: '<redacted>', after: '<redacted>' }]);
  const users = (...lines: string[]) => object('AccessControlPolicy', { basicAuth: { users: lines } });
  const more = JSON.stringify(diffObjects(users('ann:hash-a'), users('ann:hash-b', 'bob:hash-c')));
  expect(more).toContain('spec.basicAuth.users[1]');
  expect(more).not.toContain('hash-');
});
