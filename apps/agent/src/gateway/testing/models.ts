import type { AddressInfo } from 'node:net';
import type { ApiGuard, Guard, Model, Route, Target } from '@portolan/resources/model/model';
import type { Service, ServiceTarget } from '@portolan/resources/model/service';
import type { HeaderChange } from '@portolan/resources/model/headers';
import type { ObjectRef } from '@portolan/resources/model/object-ref';
import type { Middleware, MiddlewareSpec, SecurityHeaders } from '@portolan/resources/model/middleware';
import type { AccessPolicy, PolicySpec } from '@portolan/resources/model/policy';
import type { Rule } from '@portolan/resources/model/rule';
import { parseRule } from '@portolan/resources/rules/parse';

type ForwardAuthSpec = Extract<MiddlewareSpec, { kind: 'forwardAuth' }>;

/** Small models for tests, made of the same data a compiler would make. */
export function ref(kind: string, name: string): ObjectRef {
  return { key: `${kind}/default/${name}`, kind, namespace: 'default', name };
}

export function serviceTarget(name: string, changes: Partial<ServiceTarget> = {}): ServiceTarget {
  return {
    service: `default/${name}`,
    port: 80,
    scheme: 'http',
    passHostHeader: true,
    sticky: null,
    transport: null,
    healthCheck: null,
    ...changes,
  };
}

export function toService(name: string, changes: Partial<ServiceTarget> = {}): Target {
  return { kind: 'service', service: serviceTarget(name, changes) };
}

export function service(
  name: string,
  ...endpoints: readonly { readonly port: number; readonly isDraining?: true }[]
): Service {
  return {
    namespace: 'default',
    name,
    ports: [
      {
        name: 'http',
        port: 80,
        endpoints: endpoints.map(({ port, isDraining }) => ({
          host: '127.0.0.1',
          port,
          ...(isDraining === undefined ? {} : { isDraining }),
        })),
      },
    ],
  };
}

/** Middlewares whose settings do not matter to a test, with those that do. */
export const forwardAuth = (address: string, changes: Partial<ForwardAuthSpec> = {}): MiddlewareSpec => ({
  kind: 'forwardAuth',
  address,
  trustForwardHeader: false,
  authRequestHeaders: [],
  authResponseHeaders: [],
  authResponseHeadersRegex: null,
  insecureSkipVerify: false,
  ca: null,
  addAuthCookiesToResponse: [],
  preserveLocationHeader: false,
  preserveRequestMethod: false,
  ...changes,
});

export const headers = (
  request: Readonly<Record<string, string>>,
  response: Readonly<Record<string, string>> = {},
): MiddlewareSpec => ({
  kind: 'headers',
  request: changeOf(request),
  response: changeOf(response),
  cors: null,
  security: NO_SECURITY,
});

/** As the compiler reads customRequestHeaders: an empty value deletes. */
function changeOf(values: Readonly<Record<string, string>>): HeaderChange {
  const entries = Object.entries(values);
  return {
    set: Object.fromEntries(entries.filter(([, value]) => value !== '')),
    delete: entries.filter(([, value]) => value === '').map(([name]) => name),
  };
}

const NO_SECURITY: SecurityHeaders = {
  sslRedirect: false,
  stsSeconds: 0,
  stsIncludeSubdomains: false,
  stsPreload: false,
  forceStsHeader: false,
  frameDeny: false,
  customFrameOptionsValue: null,
  contentTypeNosniff: false,
  browserXssFilter: false,
  contentSecurityPolicy: null,
  referrerPolicy: null,
  permissionsPolicy: null,
};

export const STICKY = { name: 'where', secure: false, httpOnly: true } as const;

export interface RouteSpec {
  readonly rule?: string;
  readonly guard?: Guard;
  readonly middlewares?: readonly MiddlewareSpec[];
  readonly target?: Target;
  readonly id?: string;
}

export function route(spec: RouteSpec = {}): Route {
  const rule = spec.rule ?? 'PathPrefix(`/`)';
  return {
    id: spec.id ?? rule,
    owner: ref('IngressRoute', spec.id ?? 'route'),
    kind: 'ingress-route',
    rule: ruleOf(rule),
    priority: rule.length,
    hosts: [],
    guard: spec.guard ?? { kind: 'open' },
    middlewares: (spec.middlewares ?? []).map((middleware, index) => middlewareOf(middleware, index)),
    target: spec.target ?? toService('up'),
  };
}

export function policyGuard(spec: PolicySpec): Guard {
  const policy: AccessPolicy = { source: ref('AccessControlPolicy', 'policy'), ...spec };
  return { kind: 'policy', policy };
}

export function apiGuard(changes: Partial<ApiGuard> = {}): Guard {
  return {
    kind: 'api',
    api: {
      api: ref('API', 'flights'),
      version: null,
      release: null,
      gateway: ref('APIGateway', 'gateway'),
      collection: null,
      prefix: '/flights',
      versionPrefix: '',
      stripVersionPrefix: false,
      grants: [{ access: ref('APIAccess', 'access'), groups: ['crew'], operations: null }],
      operationSets: new Map(),
      limits: [],
      cors: null,
      headers: null,
      ...changes,
    },
  };
}

export function model(
  routes: readonly Route[],
  services: readonly Service[],
  changes: Partial<Model> = {},
): Model {
  return {
    routes: routes.toSorted((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1)),
    services: new Map(services.map((item) => [`${item.namespace}/${item.name}`, item])),
    certificates: new Map(),
    tlsOptions: new Map(),
    apiAuth: { kind: 'apiKey', source: {} },
    applicationKeys: new Map(),
    catalogue: new Map(),
    problems: [],
    ...changes,
  };
}

export function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return address.port;
}

function middlewareOf(spec: MiddlewareSpec, index: number): Middleware {
  return { source: ref('Middleware', `m${index}`), ...spec };
}

function ruleOf(text: string): Rule {
  const parsed = parseRule(text);
  if ('error' in parsed) throw new Error(parsed.error.message);
  return parsed.rule;
}
