import { createHash } from 'node:crypto';
import type { ApiResource } from '../../kubernetes/client/api-resource.ts';
import type { MadeObject } from '../../kubernetes/writer/made-object.ts';

const GROUP = 'traefik.io';
const resource = (plural: string, kind: string): ApiResource => ({
  group: GROUP,
  version: 'v1alpha1',
  plural,
  kind,
  isNamespaced: true,
});
const INGRESS_ROUTES = resource('ingressroutes', 'IngressRoute');
const MIDDLEWARES = resource('middlewares', 'Middleware');
const SECRETS: ApiResource = {
  group: '',
  version: 'v1',
  plural: 'secrets',
  kind: 'Secret',
  isNamespaced: true,
};

/** Resources of which objects are made without TLS. */
export const TRAEFIK_ROUTE_RESOURCES: readonly ApiResource[] = [INGRESS_ROUTES, MIDDLEWARES];
/** Resources of which objects are made with TLS. */
export const TRAEFIK_TLS_RESOURCES: readonly ApiResource[] = [SECRETS, ...TRAEFIK_ROUTE_RESOURCES];

/** Returns an IngressRoute. */
export function ingressRoute(namespace: string, name: string, spec: object): MadeObject {
  const object = {
    apiVersion: `${GROUP}/v1alpha1`,
    kind: 'IngressRoute',
    metadata: { name, namespace },
    spec,
  };
  return { resource: INGRESS_ROUTES, owner: null, object };
}

/** Returns a Middleware, named by its content: routes of one namespace that need the same share it. */
export function middleware(namespace: string, use: string, spec: object): MadeObject {
  const name = `portolan-${use}-${shortHash(JSON.stringify(spec))}`;
  const object = { apiVersion: `${GROUP}/v1alpha1`, kind: 'Middleware', metadata: { name, namespace }, spec };
  return { resource: MIDDLEWARES, owner: null, object };
}

/** Returns a Secret with a certificate and its key, both in PEM. */
export function tlsSecret(
  namespace: string,
  name: string,
  { cert, key }: { readonly cert: string; readonly key: string },
): MadeObject {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const object = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': base64(cert), 'tls.key': base64(key) },
  };
  return { resource: SECRETS, owner: null, object };
}

/** Returns what tells objects of one namespace apart in their names. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}
