import { expect, test } from 'vitest';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { accessControl } from './access-control.ts';

const URL = 'http://portolan-auth.portolan.svc:9000';
const POLICY = 'hub.traefik.io/access-control-policy';
const ROUTER = 'traefik.ingress.kubernetes.io/router.middlewares';
const ATTACHED = 'portolan.dev/attached';
const OWN = 'shop-zz-crew@kubernetescrd';

const traefikClass: KubernetesObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'traefik' },
  spec: { controller: 'traefik.io/ingress-controller' },
};
const nginxClass = {
  ...traefikClass,
  metadata: { name: 'nginx' },
  spec: { controller: 'k8s.io/ingress-nginx' },
};
const policy: KubernetesObject = {
  apiVersion: 'hub.traefik.io/v1alpha1',
  kind: 'AccessControlPolicy',
  metadata: { name: 'crew', uid: 'p' },
  spec: { jwt: { forwardHeaders: { 'X-User': 'sub' }, stripAuthorizationHeader: true } },
};
const ingress = (annotations: Record<string, string>, className?: string): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web', namespace: 'shop', uid: 'i', annotations },
  spec: className === undefined ? {} : { ingressClassName: className },
});
const route = (middlewares: unknown, annotations?: Record<string, string>): KubernetesObject => ({
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'IngressRoute',
  metadata: { name: 'web', namespace: 'shop', uid: 'r', ...(annotations ? { annotations } : {}) },
  spec: { routes: [{ match: 'PathPrefix(`/`)', ...(middlewares === undefined ? {} : { middlewares }) }] },
});
const run = (...objects: KubernetesObject[]) =>
  accessControl([traefikClass, nginxClass, policy, ...objects], URL);
const annotationsOf = (result: ReturnType<typeof run>) => {
  const change = result.changes[0]?.change;
  return change?.kind === 'apply' ? change.object.metadata.annotations : 'no change';
};

test('an Ingress of Traefik gets a Middleware that asks, first in its list', () => {
  const result = run(ingress({ [POLICY]: 'crew@hub', [ROUTER]: 'shop-strip@kubernetescrd' }, 'traefik'));
  expect(result.made.map(({ object }) => object)).toEqual([
    {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: { name: 'zz-crew', namespace: 'shop' },
      spec: {
        forwardAuth: {
          address: `${URL}/policies/crew`,
          authResponseHeaders: ['Authorization', 'X-User'],
        },
      },
    },
  ]);
  expect(annotationsOf(result)).toEqual({
    [ROUTER]: `${OWN},shop-strip@kubernetescrd`,
    [ATTACHED]: OWN,
  });
});

test('what is attached already is left alone, also where the user did it', () => {
  expect(run(ingress({ [POLICY]: 'crew', [ROUTER]: OWN, [ATTACHED]: OWN }, 'traefik')).changes).toEqual([]);
  expect(run(ingress({ [POLICY]: 'crew', [ROUTER]: `a@file, ${OWN}` }, 'traefik')).changes).toEqual([]);
  const attached = route([{ name: 'zz-crew' }], { [POLICY]: 'crew', [ATTACHED]: 'zz-crew' });
  expect(run(attached).changes).toEqual([]);
});

test('another policy replaces the former one', () => {
  const former = 'shop-zz-old@kubernetescrd';
  const annotations = { [POLICY]: 'crew', [ROUTER]: `${former},a@file`, [ATTACHED]: former };
  expect(annotationsOf(run(ingress(annotations, 'traefik')))).toEqual({
    [ROUTER]: `${OWN},a@file`,
    [ATTACHED]: OWN,
  });
  const [change] = run(route([{ name: 'zz-old' }], { [POLICY]: 'crew', [ATTACHED]: 'zz-old' })).changes;
  expect(JSON.stringify(change?.change)).toContain('"middlewares":[{"name":"zz-crew"}]');
});

test('without its annotation everything is taken back', () => {
  const left = ingress({ [ROUTER]: OWN, [ATTACHED]: OWN }, 'traefik');
  expect(annotationsOf(run(left))).toBeUndefined();
  const [change] = run(route([{ name: 'zz-crew' }, { name: 'mine' }], { [ATTACHED]: 'zz-crew' })).changes;
  expect(change?.change).toMatchObject({
    operations: expect.arrayContaining([
      {
        op: 'replace',
        path: '/spec/routes',
        value: [{ match: 'PathPrefix(`/`)', middlewares: [{ name: 'mine' }] }],
      },
      { op: 'remove', path: '/metadata/annotations/portolan.dev~1attached' },
    ]),
  });
  expect(run(ingress({ [ROUTER]: 'mine@file' }, 'traefik'), route([{ name: 'mine' }])).changes).toEqual([]);
});

test('ingress-nginx gets its annotations', () => {
  const result = run(ingress({ [POLICY]: 'crew' }, 'nginx'));
  expect(result.made).toEqual([]);
  expect(annotationsOf(result)).toEqual({
    'nginx.ingress.kubernetes.io/auth-url': `${URL}/policies/crew`,
    'nginx.ingress.kubernetes.io/auth-response-headers': 'Authorization,X-User',
    [ATTACHED]: `${URL}/policies/crew`,
  });
});

test('a policy that does not exist is asked for all the same', () => {
  const { made } = run(route(undefined, { [POLICY]: 'gone' }));
  expect(made[0]?.object).toMatchObject({ spec: { forwardAuth: { address: `${URL}/policies/gone` } } });
});

test.each([
  [ingress({ [POLICY]: 'crew' }), /no IngressClass/],
  [ingress({ [POLICY]: 'crew' }, 'none'), /"none" does not exist/],
])('a controller that is not known is a warning: %#', (object, message) => {
  const { problems, changes } = run(object);
  expect(problems).toMatchObject([{ code: 'unknown-controller', name: 'web' }]);
  expect(problems[0]?.message).toMatch(message);
  expect(changes).toEqual([]);
});
