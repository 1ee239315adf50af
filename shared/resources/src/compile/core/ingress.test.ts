import { describe, expect, it } from 'vitest';
import { buildRouter } from '../../decide/router.ts';
import type { Route } from '../../model/model.ts';
import { Compiler, type CompileResult } from '../compiler.ts';
import { SERVICE, compile, context, objects, request } from '../test-objects.ts';
import { tlsSecret } from './test-certificate.ts';

const backend = 'backend: {service: {name: app, port: {number: 80}}}';

const ingress = (name: string, spec: string, metadata = ''): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ${name}${metadata}}
spec: ${spec}
---
`;
const rule = (host: string, path: string, type: string): string =>
  `{rules: [{${host === '' ? '' : `host: "${host}", `}http: {paths: [{path: ${path}, pathType: ${type}, ${backend}}]}}]}`;

function answer(result: CompileResult, url: string, scheme: 'http' | 'https' = 'http'): string | undefined {
  return buildRouter(result.model).match(request({ url, scheme }))?.owner.name;
}

describe('paths', () => {
  it.each<[string, string, string, boolean]>([
    ['Exact', '/a', 'h.test/a', true],
    ['Exact', '/a', 'h.test/a/', false],
    ['Exact', '/a', 'h.test/a/b', false],
    ['Prefix', '/a', 'h.test/a', true],
    ['Prefix', '/a', 'h.test/a/b', true],
    ['Prefix', '/a', 'h.test/ab', false],
    ['Prefix', '/a/', 'h.test/a', true],
    ['Prefix', '/', 'h.test/any', true],
    ['ImplementationSpecific', '/a', 'h.test/ab', true],
  ])('%s %s answers %s: %s', (type, path, url, expected) => {
    expect(answer(compile(SERVICE + ingress('i', rule('h.test', path, type))), url)).toBe(
      expected ? 'i' : undefined,
    );
  });

  it('prefers Exact, then the longer prefix, then the precise host', () => {
    const result = compile(
      SERVICE +
        ingress('prefix', rule('h.test', '/a', 'Prefix')) +
        ingress('exact', rule('h.test', '/a', 'Exact')) +
        ingress('longer', rule('h.test', '/a/b', 'Prefix')) +
        ingress('wildcard', rule('*.test', '/a', 'Prefix')) +
        ingress('anyhost', rule('', '/a', 'Prefix')),
    );
    expect(answer(result, 'h.test/a')).toBe('exact');
    expect(answer(result, 'h.test/a/x')).toBe('prefix');
    expect(answer(result, 'h.test/a/b/c')).toBe('longer');
    expect(answer(result, 'other.test/a')).toBe('wildcard');
    expect(answer(result, 'deep.other.test/a')).toBe('anyhost');
  });
});

it('falls back to the default backend last', () => {
  const result = compile(
    SERVICE +
      ingress('fallback', `{defaultBackend: {service: {name: app, port: {name: web}}}}`) +
      ingress('i', rule('h.test', '/a', 'Prefix')),
  );
  expect(answer(result, 'h.test/a')).toBe('i');
  expect(answer(result, 'h.test/b')).toBe('fallback');
  expect(answer(result, 'x.test/')).toBe('fallback');
});

describe('class', () => {
  const className = (name: string): string =>
    rule('h.test', '/', 'Prefix').replace('{rules', `{ingressClassName: ${name}, rules`);
  const classObject = (name: string, controller: string, isDefault = false): string => `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: ${name}, annotations: {ingressclass.kubernetes.io/is-default-class: "${isDefault}"}}
spec: {controller: ${controller}}
---
`;
  it.each<[string, string, boolean]>([
    ['no class at all', ingress('i', rule('h.test', '/', 'Prefix')), true],
    ['a known name', ingress('i', className('traefik')), true],
    ['an unknown name', ingress('i', className('nginx')), false],
    [
      'a class of our controller',
      ingress('i', className('edge')) + classObject('edge', 'traefik.io/ingress-controller'),
      true,
    ],
    [
      'a class of another controller',
      ingress('i', className('traefik')) + classObject('traefik', 'k8s.io/ingress-nginx'),
      false,
    ],
    [
      'the old annotation',
      ingress('i', rule('h.test', '/', 'Prefix'), ', annotations: {kubernetes.io/ingress.class: nginx}'),
      false,
    ],
    [
      'another default class',
      ingress('i', rule('h.test', '/', 'Prefix')) + classObject('nginx', 'k8s.io/ingress-nginx', true),
      false,
    ],
    [
      'our default class',
      ingress('i', rule('h.test', '/', 'Prefix')) +
        classObject('mine', 'traefik.io/ingress-controller', true),
      true,
    ],
  ])('%s', (_, yaml, isServed) => {
    expect(answer(compile(SERVICE + yaml), 'h.test/')).toBe(isServed ? 'i' : undefined);
  });

  it('follows the operator’s own class names', () => {
    const compiler = new Compiler({ generation: 'v2' });
    compiler.update({ upserts: objects(SERVICE + ingress('i', className('mine'))), context: context() });
    const after = compiler.update({ context: { ...context(), ingressClasses: ['mine'] } });
    expect(answer(after, 'h.test/')).toBe('i');
  });
});

describe('annotations', () => {
  const annotated = (annotations: string): CompileResult =>
    compile(
      `${SERVICE}
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: add-one}
spec: {addPrefix: {prefix: /one}}
---
${ingress('i', rule('h.test', '/', 'Prefix'), `, annotations: {${annotations}}`)}`,
    );
  const only = (result: CompileResult): Route | undefined => result.model.routes[0];

  it('attach middlewares in order', () => {
    const result = annotated(
      'traefik.ingress.kubernetes.io/router.middlewares: "default-add-one@kubernetescrd, default-add-one@kubernetescrd"',
    );
    expect(only(result)?.middlewares).toMatchObject([
      { kind: 'addPrefix', prefix: '/one' },
      { kind: 'addPrefix' },
    ]);
  });

  it.each(['default-missing@kubernetescrd', 'other@file'])(
    'close the route for the middleware %s',
    (name) => {
      const result = annotated(`traefik.ingress.kubernetes.io/router.middlewares: "${name}"`);
      expect(only(result)?.guard).toMatchObject({ kind: 'closed', status: 404 });
      expect(result.problems).toMatchObject([{ severity: 'error', code: 'middleware-not-usable' }]);
    },
  );

  it('set the priority', () => {
    expect(only(annotated('traefik.ingress.kubernetes.io/router.priority: "42"'))?.priority).toBe(42);
    const bad = annotated('traefik.ingress.kubernetes.io/router.priority: high');
    expect(bad.problems).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('not a whole number') },
    ]);
  });

  it('choose the scheme by entry points and TLS', () => {
    expect(only(annotated('traefik.ingress.kubernetes.io/router.entrypoints: web'))?.scheme).toBe('http');
    expect(only(annotated('traefik.ingress.kubernetes.io/router.entrypoints: websecure'))?.scheme).toBe(
      'https',
    );
    expect(
      only(annotated('traefik.ingress.kubernetes.io/router.entrypoints: "web,websecure"'))?.scheme,
    ).toBeUndefined();
    expect(only(annotated('traefik.ingress.kubernetes.io/router.tls: "true"'))?.scheme).toBe('https');
    expect(
      answer(annotated('traefik.ingress.kubernetes.io/router.tls: "true"'), 'h.test/', 'http'),
    ).toBeUndefined();
  });

  it('name a policy, and close the route while it is not there', () => {
    const result = annotated('hub.traefik.io/access-control-policy: keys');
    expect(only(result)?.guard).toMatchObject({
      kind: 'closed',
      status: 404,
      reason: expect.stringContaining('"keys" does not exist'),
    });
  });
});

describe('TLS', () => {
  const tls = (secret: string, hosts = '[h.test]'): string =>
    ingress(
      'i',
      rule('h.test', '/', 'Prefix').replace(
        '{rules',
        `{tls: [{hosts: ${hosts}, secretName: ${secret}}], rules`,
      ),
    );

  it('offers the certificate for the hosts listed, or those of the certificate', () => {
    expect([...compile(SERVICE + tlsSecret('crt') + tls('crt')).model.certificates.keys()]).toEqual([
      'h.test',
    ]);
    const named = compile(SERVICE + tlsSecret('crt') + tls('crt', '[]')).model.certificates;
    expect([...named.keys()].toSorted()).toEqual(['*.tls.test', '192.0.2.1', 'tls.test']);
    expect(named.get('tls.test')?.source.key).toBe('Secret./default/crt');
  });

  it('says which Secret is missing or unreadable, and serves on', () => {
    const missing = compile(SERVICE + tls('none'));
    expect(missing.problems).toMatchObject([
      { field: 'spec.tls[0].secretName', message: expect.stringContaining('"none" does not exist') },
    ]);
    expect(answer(missing, 'h.test/', 'https')).toBe('i');
    const broken = compile(`${SERVICE + tls('crt')}
apiVersion: v1
kind: Secret
metadata: {name: crt}
stringData: {tls.crt: rubbish, tls.key: sesame}
`);
    expect(broken.problems[0]?.message).toMatch(/no valid certificate/);
    expect(JSON.stringify(broken.problems)).not.toContain('sesame');
  });
});

it('warns of a Service or port that does not exist and keeps the route', () => {
  const missing = compile(ingress('i', rule('h.test', '/', 'Prefix')));
  expect(missing.problems).toMatchObject([
    { severity: 'warning', field: 'spec.rules[0].http.paths[0].backend.service.name' },
  ]);
  expect(answer(missing, 'h.test/')).toBe('i');
  const port = compile(
    SERVICE + ingress('i', rule('h.test', '/', 'Prefix').replace('number: 80', 'number: 81')),
  );
  expect(port.problems).toMatchObject([{ fix: 'use one of its ports: 80 (web)' }]);
});
