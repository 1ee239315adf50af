import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../kinds/object.ts';
import { validateObject } from './validate.ts';

const hub = 'hub.traefik.io/v1alpha1';

function errorsOf(object: object): readonly string[] {
  return validateObject(object as KubernetesObject).errors.map(
    ({ field, message }) => `${field}: ${message}`,
  );
}

const gateway = (metadata: unknown) => ({ apiVersion: hub, kind: 'APIGateway', metadata, spec: {} });
const label = (name: string): string =>
  `metadata.name: Invalid value: "${name}": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`;

describe('names', () => {
  test.each(['a', '0', 'a-b', 'x'.repeat(63)])('accepts %s', (name) => {
    expect(errorsOf(gateway({ name }))).toEqual([]);
  });

  test.each(['A', '-a', 'a-', 'a_b', 'ä'])('refuses %s, which is no RFC 1123 label', (name) => {
    expect(errorsOf(gateway({ name }))).toEqual([label(name)]);
  });

  test('refuses dots', () => {
    expect(errorsOf(gateway({ name: 'a.b' }))).toEqual([
      'metadata.name: Invalid value: "a.b": must not contain dots',
    ]);
  });

  test('refuses 64 characters', () => {
    const name = 'x'.repeat(64);
    expect(errorsOf(gateway({ name }))).toEqual([
      `metadata.name: Invalid value: "${name}": must be no more than 63 characters`,
    ]);
  });

  test.each([[{}], [{ name: '' }], [undefined]])('requires one: %j', (metadata) => {
    expect(errorsOf(gateway(metadata))).toEqual([
      'metadata.name: Required value: name or generateName is required',
    ]);
  });

  test("Kubernetes' own kinds may have dots and 253 characters", () => {
    const secret = (name: string) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: 'n' },
    });
    expect(errorsOf(secret('a.b-c'))).toEqual([]);
    expect(errorsOf(secret(`${'x'.repeat(200)}.${'y'.repeat(53)}`))).toEqual([
      expect.stringContaining('must be no more than 253 characters'),
    ]);
    expect(errorsOf(secret('a..b'))).toEqual([
      expect.stringContaining('a lowercase RFC 1123 subdomain must consist'),
    ]);
  });
});

describe('namespaces', () => {
  const edge = (metadata: object) => ({
    apiVersion: hub,
    kind: 'EdgeIngress',
    metadata: { name: 'e', ...metadata },
    spec: { service: { name: 's', port: 80 } },
  });

  test('are required on namespaced kinds', () => {
    expect(errorsOf(edge({ namespace: 'n' }))).toEqual([]);
    expect(errorsOf(edge({}))).toEqual(['metadata.namespace: Required value']);
    expect(errorsOf(edge({ namespace: 'N' }))).toEqual([
      label('N').replace('metadata.name:', 'metadata.namespace:'),
    ]);
  });

  test('are emptied on cluster-scoped kinds', () => {
    const { valid, object } = validateObject(gateway({ name: 'g', namespace: 'n' }) as KubernetesObject);
    expect({ valid, metadata: object.metadata }).toEqual({ valid: true, metadata: { name: 'g' } });
  });
});

describe('the rest', () => {
  const rows: readonly (readonly [metadata: object, error: string])[] = [
    [{ labels: { 'a b': 'c' } }, 'metadata.labels: Invalid value: "a b": name part must consist of'],
    [
      { labels: { 'UP.example/a': 'c' } },
      'metadata.labels: Invalid value: "UP.example/a": prefix part a lowercase RFC 1123 subdomain',
    ],
    [{ labels: { '/a': 'c' } }, 'metadata.labels: Invalid value: "/a": prefix part must be non-empty'],
    [
      { labels: { 'a/b/c': 'c' } },
      'metadata.labels: Invalid value: "a/b/c": a valid label key must consist of',
    ],
    [{ labels: { a: 'x'.repeat(64) } }, 'must be no more than 63 bytes'],
    [{ labels: { ['x'.repeat(64)]: 'a' } }, 'name part must be no more than 63 bytes'],
    [
      { labels: { a: 'b c' } },
      'metadata.labels: Invalid value: "b c": a valid label must be an empty string or consist of',
    ],
    [
      { labels: { a: 1 } },
      'metadata.labels.a: Invalid value: "integer": metadata.labels.a in body must be of type string: "integer"',
    ],
    [
      { labels: [] },
      'metadata.labels: Invalid value: "array": metadata.labels in body must be of type object: "array"',
    ],
    [
      { annotations: { 'a b': 'c' } },
      'metadata.annotations: Invalid value: "a b": name part must consist of',
    ],
    [
      { annotations: { a: 'x'.repeat(256 * 1024) } },
      'metadata.annotations: Too long: may not be more than 262144 bytes',
    ],
    [{ finalizers: ['a b'] }, 'metadata.finalizers: Invalid value: "a b": name part must consist of'],
    [
      { finalizers: ['orphan', 'foregroundDeletion'] },
      'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
    ],
    [
      { ownerReferences: [{ apiVersion: 'a/b/c', kind: 'K', name: 'n', uid: 'u' }] },
      'metadata.ownerReferences[0].apiVersion: Invalid value: "a/b/c": must be <group>/<version> or <version>',
    ],
    [
      { ownerReferences: [{ apiVersion: 'v1', kind: 'K', name: 'n' }] },
      'metadata.ownerReferences[0].uid: Required value: must not be empty',
    ],
    [
      { creationTimestamp: 'yesterday' },
      'metadata.creationTimestamp: Invalid value: "yesterday": metadata.creationTimestamp in body must be of type date-time: "yesterday"',
    ],
  ];

  test.each(rows)('%.60j', (metadata, error) => {
    expect(errorsOf(gateway({ name: 'g', ...metadata }))).toEqual([expect.stringContaining(error)]);
  });

  test('accepts what Kubernetes accepts', () => {
    const metadata = {
      labels: { a: '', 'example.com/B_c.d': 'X.y-z' },
      annotations: { 'Example.com/a': 'any text\n' },
    };
    expect(errorsOf(gateway({ name: 'g', ...metadata }))).toEqual([]);
  });
});
