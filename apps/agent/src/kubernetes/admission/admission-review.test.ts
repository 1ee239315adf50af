import { expect, test } from 'vitest';
import { validateObject } from '@portolan/resources/validate/validate';
import { admissionReview, reviewAdmission } from './admission-review.ts';

const HUB = 'hub.traefik.io/v1alpha1';
const api = (spec: object, metadata: object = {}) => ({
  apiVersion: HUB,
  kind: 'API',
  metadata: { name: 'flights', namespace: 'shop', ...metadata },
  spec,
});
const VALID = api({ pathPrefix: '/flights', service: { name: 'flights', port: { number: 80 } } });
const INVALID = api({ pathPrefix: 'flights', service: { name: 'flights', port: { number: 80 } } });

function review(operation: string, object: object | null, oldObject: object | null = null) {
  const request = { uid: 'u-1', operation, object, oldObject, name: 'flights', namespace: 'shop' };
  const parsed = admissionReview.parse({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request,
  });
  return reviewAdmission(parsed, 'v2');
}

test('a valid object is allowed, with the id of the request', () => {
  expect(review('CREATE', VALID)).toEqual({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid: 'u-1', allowed: true },
  });
});

test('an invalid one is refused with everything that is wrong, in the words of portolan validate', () => {
  const { errors } = validateObject(INVALID);
  expect(errors.length).toBeGreaterThan(0);
  const message = errors.map(({ field, message: text }) => `API shop/flights: ${field}: ${text}`).join('; ');
  expect(review('CREATE', INVALID).response).toMatchObject({
    allowed: false,
    status: { code: 422, reason: 'Invalid', message },
  });
});

test('one that was stored with an error may be changed, but not get another', () => {
  const labelled = api(INVALID.spec, { labels: { a: 'b' } });
  expect(review('UPDATE', labelled, INVALID).response.allowed).toBe(true);
  const worse = api({ pathPrefix: 'flights' });
  const { response } = review('UPDATE', worse, INVALID);
  expect(response.allowed).toBe(false);
  expect(response.status?.message).not.toContain('pathPrefix');
});

test.each([
  ['an object that is being deleted', 'UPDATE', api({}, { deletionTimestamp: '2026-01-01T00:00:00Z' })],
  ['a deletion', 'DELETE', null],
  ['a kind that is not known', 'CREATE', { apiVersion: HUB, kind: 'Unheard', metadata: { name: 'x' } }],
])('%s is allowed', (_, operation, object) => {
  expect(review(operation, object).response.allowed).toBe(true);
});

test('a name that is still to be made up is no error', () => {
  const { name: _, ...metadata } = VALID.metadata;
  const generated = { ...VALID, metadata: { ...metadata, generateName: 'flights-' } };
  const request = { uid: 'u', operation: 'CREATE', object: generated };
  const parsed = admissionReview.parse({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request,
  });
  expect(reviewAdmission(parsed, 'v2').response.allowed).toBe(true);
});

test('what looks wrong without being an error is a warning', () => {
  const policy = { apiVersion: HUB, kind: 'AccessControlPolicy', metadata: { name: 'p' }, spec: {} };
  const { response } = review('CREATE', policy);
  if (response.allowed) expect(response.warnings?.join()).toContain('exactly one of');
  else expect(response.status?.message).toContain('exactly one of');
});
