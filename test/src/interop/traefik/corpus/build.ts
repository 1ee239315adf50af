import type { KubernetesObject } from '@portolan/resources/kinds/object';
import {
  addressOf,
  type Behaviour,
  type Case,
  type Field,
  type Fixture,
  type Request,
  type Role,
} from '../fixture.ts';

type Spec = Readonly<Record<string, unknown>>;

export interface RouteSpec {
  /** By default every request to the fixture's host. */
  readonly match?: string;
  readonly middlewares?: readonly string[];
  readonly priority?: number;
  readonly syntax?: 'v2' | 'v3';
  /** A role, or services as an IngressRoute lists them. */
  readonly to?: Role | readonly Spec[];
}

interface FixtureSpec {
  readonly name: string;
  readonly routes?: readonly RouteSpec[];
  readonly route?: Spec;
  readonly middlewares?: Readonly<Record<string, Spec>>;
  /** Roles with a Service; by default those that routes lead to. */
  readonly services?: readonly Role[];
  readonly objects?: readonly KubernetesObject[];
  readonly cases: readonly Case[];
}

export const HOST_RULE = 'Host(`@host@`)';

/** Returns a fixture of one IngressRoute, its middlewares and services. */
export function fixture(spec: FixtureSpec): Fixture {
  const routes = spec.routes ?? [{}];
  const roles = spec.services ?? [
    ...new Set(routes.flatMap(({ to = 'main' }) => (typeof to === 'string' ? [to] : []))),
  ];
  return {
    name: spec.name,
    objects: [
      ...roles.flatMap((role) => service(role)),
      ...Object.entries(spec.middlewares ?? {}).map(([name, middleware]) =>
        traefik('Middleware', name, middleware),
      ),
      ...(spec.objects ?? []),
      ...(routes.length === 0
        ? []
        : [traefik('IngressRoute', 'route', { ...spec.route, routes: routes.map(routeOf) })]),
    ],
    cases: spec.cases,
  };
}

/** Returns an object of Traefik's kinds, its name with the fixture's prefix. */
export function traefik(kind: string, name: string, spec: Spec): KubernetesObject {
  return { apiVersion: 'traefik.io/v1alpha1', kind, metadata: metadata(name), spec };
}

export function metadata(name: string): { readonly name: string; readonly namespace: string } {
  return { name: `@id@${name}`, namespace: 'default' };
}

/** Returns a Service with servers of the given roles, and their EndpointSlice. */
export function service(name: string, roles: readonly Role[] = [name]): KubernetesObject[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata(name),
      spec: { ports: [{ name: 'http', port: 80 }] },
    },
    ...roles.map((role, index) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata(`${name}-${index}`), labels: { 'kubernetes.io/service-name': `@id@${name}` } },
      // The API server refuses a loopback address of type IPv4.
      addressType: 'FQDN',
      endpoints: [{ addresses: [addressOf(role)], conditions: { ready: true } }],
      ports: [{ name: 'http', port: `@port:${role}@` }],
    })),
  ];
}

/** Returns a reference to a Service as IngressRoutes write it. */
export function to(name: string, changes: Spec = {}): Spec {
  return { name: `@id@${name}`, port: 80, ...changes };
}

/** Returns a case from a target and the rest of its request. */
export function get(
  target: string,
  request: Omit<Request, 'target'> = {},
  behaviour?: Readonly<Record<Role, Behaviour>>,
): Case {
  return { request: { target, ...request }, ...(behaviour === undefined ? {} : { behaviour }) };
}

/** Returns a case whose main server responds in a given way. */
export function answered(behaviour: Behaviour, request: Partial<Request> = {}): Case {
  return { request: { target: '/', ...request }, behaviour: { main: behaviour } };
}

/** Returns a case with fields beside Host. */
export function withFields(...headers: readonly Field[]): Case {
  return { request: { target: '/', headers } };
}

function routeOf({ match, middlewares = [], to: target = 'main', priority, syntax }: RouteSpec): Spec {
  return {
    kind: 'Rule',
    match: match ?? HOST_RULE,
    ...(priority === undefined ? {} : { priority }),
    ...(syntax === undefined ? {} : { syntax }),
    middlewares: middlewares.map((name) => ({ name: `@id@${name}` })),
    services: typeof target === 'string' ? [to(target)] : target,
  };
}
