import { describe, expect, it } from 'vitest';
import { Compiler } from '../compiler.ts';
import { context, objects } from '../test-objects.ts';

const object = (kind: string, name: string, spec: string): string => `
apiVersion: ${kind === 'Service' ? 'v1' : 'traefik.io/v1alpha1'}
kind: ${kind}
metadata: {name: ${name.split('/')[1]}, namespace: ${name.split('/')[0]}}
spec: ${spec}
---
`;
const PORTS = '{ports: [{port: 80}]}';
const WORLD =
  object('Service', 'mine/app', PORTS) +
  object('Service', 'other/app', PORTS) +
  object('Middleware', 'other/strip', '{stripPrefix: {prefixes: [/a]}}') +
  object('TLSOption', 'other/tls', '{minVersion: VersionTLS12}') +
  object('ServersTransport', 'other/transport', '{serverName: a.test}') +
  object('TraefikService', 'other/weighted', '{weighted: {services: [{name: app, port: 80}]}}');
const route = (services: string, more = ''): string =>
  `{routes: [{match: Host(\`a.test\`), services: [${services}]${more}}]}`;
const APP = '{name: app, port: 80}';

function compileWith(
  allowCrossNamespace: boolean,
  yaml: string,
): { outcome: unknown; problems: readonly string[] } {
  const compiler = new Compiler({ generation: 'v2', allowCrossNamespace });
  const { model, problems } = compiler.update({ upserts: objects(WORLD + yaml), context: context() });
  const [found] = model.routes;
  const { guard, target } = found ?? {};
  const outcome =
    guard?.kind === 'closed' ? guard.status : target?.kind === 'none' ? target.status : 'serves';
  return { outcome, problems: problems.map(({ field, message }) => `${field}: ${message}`) };
}

describe('references of Traefik’s objects to another namespace', () => {
  it.each([
    ['a Service', 404, object('IngressRoute', 'mine/r', route('{name: app, port: 80, namespace: other}'))],
    [
      'a TraefikService',
      404,
      object('IngressRoute', 'mine/r', route('{kind: TraefikService, name: weighted, namespace: other}')),
    ],
    [
      'a TraefikService by its name at the provider',
      404,
      object('IngressRoute', 'mine/r', route('{kind: TraefikService, name: other-weighted@kubernetescrd}')),
    ],
    [
      'a Service of a mirror',
      404,
      object('TraefikService', 'mine/m', '{mirroring: {name: app, port: 80, namespace: other}}') +
        object('IngressRoute', 'mine/r', route('{kind: TraefikService, name: m}')),
    ],
    [
      'a middleware',
      404,
      object('IngressRoute', 'mine/r', route(APP, ', middlewares: [{name: strip, namespace: other}]')),
    ],
    [
      'a middleware by its name at the provider',
      404,
      object('IngressRoute', 'mine/r', route(APP, ', middlewares: [{name: other-strip@kubernetescrd}]')),
    ],
    [
      'a middleware of a chain',
      404,
      object('Middleware', 'mine/c', '{chain: {middlewares: [{name: strip, namespace: other}]}}') +
        object('IngressRoute', 'mine/r', route(APP, ', middlewares: [{name: c}]')),
    ],
    [
      'the Service of error pages',
      404,
      object(
        'Middleware',
        'mine/e',
        '{errors: {status: ["404"], query: /, service: {name: app, port: 80, namespace: other}}}',
      ) + object('IngressRoute', 'mine/r', route(APP, ', middlewares: [{name: e}]')),
    ],
    [
      'TLS options',
      404,
      object(
        'IngressRoute',
        'mine/r',
        `{tls: {options: {name: tls, namespace: other}}, ${route(APP).slice(1)}`,
      ),
    ],
    [
      'a ServersTransport',
      503,
      object(
        'IngressRoute',
        'mine/r',
        route('{name: app, port: 80, serversTransport: other-transport@kubernetescrd}'),
      ),
    ],
  ])('%s is refused, and followed where it is allowed', (_what, status, yaml) => {
    const { outcome, problems } = compileWith(false, yaml);
    const target = outcome === 'serves' ? mirrorStatus(yaml) : outcome;
    expect(target).toBe(status);
    expect(problems).toContainEqual(expect.stringContaining('is in another namespace'));
    expect(compileWith(true, yaml)).toMatchObject({ outcome: 'serves' });
    expect(compileWith(true, yaml).problems).not.toContainEqual(expect.stringContaining('another namespace'));
  });

  it('objects of the same namespace may be named in full', () => {
    const yaml =
      object('Middleware', 'mine/strip', '{stripPrefix: {prefixes: [/a]}}') +
      object(
        'IngressRoute',
        'mine/r',
        route('{name: app, port: 80, namespace: mine}', ', middlewares: [{name: mine-strip@kubernetescrd}]'),
      );
    expect(compileWith(false, yaml)).toEqual({ outcome: 'serves', problems: [] });
  });
});

/** The status of what a mirror leads to. */
function mirrorStatus(yaml: string): unknown {
  const compiler = new Compiler({ generation: 'v2' });
  const { model } = compiler.update({ upserts: objects(WORLD + yaml), context: context() });
  const target = model.routes[0]?.target;
  return target?.kind === 'mirror' && target.main.kind === 'none' ? target.main.status : target;
}
