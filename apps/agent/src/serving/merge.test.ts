import { expect, test } from 'vitest';
import { objectKey, type KubernetesObject } from '@portolan/resources/kinds/object';
import { fromPlatform, merge } from './merge.ts';

const MADE = { 'app.kubernetes.io/managed-by': 'portolan' };
const api = (pathPrefix: string, labels?: Record<string, string>): KubernetesObject => ({
  apiVersion: 'hub.traefik.io/v1alpha1',
  kind: 'API',
  metadata: { name: 'flights', namespace: 'shop', ...(labels ? { labels } : {}) },
  spec: { pathPrefix },
});
const ofCluster = (...objects: readonly KubernetesObject[]) =>
  new Map(objects.map((object) => [objectKey(object), { object, origin: { kind: 'cluster' } as const }]));
const route = (middlewares: readonly object[], annotations?: Record<string, string>): KubernetesObject => ({
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'IngressRoute',
  metadata: { name: 'web', namespace: 'shop', ...(annotations ? { annotations } : {}) },
  spec: { routes: [{ match: 'PathPrefix(`/`)', middlewares }] },
});

test('the cluster wins over the platform, which is a problem', () => {
  const { objects, problems } = merge(ofCluster(api('/own')), fromPlatform([api('/theirs')]));
  expect([...objects.values()]).toMatchObject([{ origin: { kind: 'cluster' } }]);
  expect(problems).toMatchObject([{ code: 'owned-elsewhere' }]);
});

test('what agents made in the cluster counts for nothing', () => {
  const { objects, problems } = merge(ofCluster(api('/copy', MADE)), fromPlatform([api('/theirs')]));
  expect([...objects.values()]).toMatchObject([{ origin: { kind: 'platform' } }]);
  expect(problems).toEqual([]);
});

test('what agents attached for other proxies is not served, and the rest is the same object each time', () => {
  const attached = { 'portolan.dev/attached': 'zz-crew', kept: 'yes' };
  const source = ofCluster(route([{ name: 'zz-crew' }, { name: 'mine' }], attached));
  const [served] = merge(source, new Map()).objects.values();
  expect(served?.object).toEqual(route([{ name: 'mine' }], { kept: 'yes' }));
  expect([...merge(source, new Map()).objects.values()][0]).toBe(served);
});
