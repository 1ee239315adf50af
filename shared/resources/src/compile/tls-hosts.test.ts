import { describe, expect, it } from 'vitest';
import { buildRouter } from '../decide/router.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import { SERVICE, compile, request } from './test-objects.ts';
import { tlsOfHosts } from './tls-hosts.ts';
import type { CompiledUnit } from './unit.ts';

const CA = `
apiVersion: v1
kind: Secret
metadata: {name: client-ca}
stringData: {ca.crt: CA}
---
`;
const option = (name: string, spec: string): string => `
apiVersion: traefik.io/v1alpha1
kind: TLSOption
metadata: {name: ${name}}
spec: ${spec}
---
`;
const OPTIONS =
  CA +
  option('strict', '{clientAuth: {secretNames: [client-ca], clientAuthType: RequireAndVerifyClientCert}}') +
  option('lax', '{minVersion: VersionTLS12}');
const route = (name: string, match: string, more: string): string => `
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: ${name}}
spec: {${more}, routes: [{match: "${match}", kind: Rule, services: [{name: app, port: 80}]}]}
---
`;
const withOption = (name: string): string => `tls: {options: {name: ${name}}}`;
const codes = (result: ReturnType<typeof compile>): readonly (readonly unknown[])[] =>
  result.problems.map(({ code, severity, name }) => [code, severity, name]);

describe('TLS options of one host that differ', () => {
  const adm = '(Host(`m.test`) || Host(`M.TEST`)) && PathPrefix(`/admin`)';

  it.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('leave the host with those that demand more, whatever the names (%s, %s)', (strict, lax) => {
    const result = compile(
      SERVICE +
        OPTIONS +
        route(strict, adm, withOption('strict')) +
        route(lax, 'Host(`m.test`)', withOption('lax')),
    );
    expect(result.model.tlsOptions.get('m.test')?.clientAuth?.mode).toBe('verify');
    expect(codes(result)).toEqual([['tls-options-conflict', 'warning', lax]]);
    expect(result.problems[0]?.message).toContain(`IngressRoute "${strict}"`);
  });

  it('are no conflict when they are equal, or when one object has none', () => {
    const same = route('a', adm, withOption('strict')) + route('b', 'Host(`m.test`)', withOption('strict'));
    expect(compile(SERVICE + OPTIONS + same).problems).toEqual([]);
    const none = route('a', adm, withOption('strict')) + route('b', 'Host(`m.test`)', 'tls: {}');
    expect(compile(SERVICE + OPTIONS + none).problems).toEqual([]);
  });

  it('of two sets of CAs leave one object with an error', () => {
    const other =
      CA.replaceAll('client-ca', 'other-ca').replace('ca.crt: CA', 'ca.crt: OTHER') +
      option('other', '{clientAuth: {secretNames: [other-ca]}}');
    const result = compile(
      SERVICE +
        OPTIONS +
        other +
        route('a', adm, withOption('strict')) +
        route('b', 'Host(`m.test`)', withOption('other')),
    );
    expect(codes(result)).toEqual([['tls-options-conflict', 'error', 'b']]);
  });

  it('stay on their routes, which the gateway holds connections to', () => {
    const result = compile(
      SERVICE +
        OPTIONS +
        route('a', adm, withOption('strict')) +
        route('b', 'Host(`m.test`)', withOption('lax')),
    );
    const modes = result.model.routes.map(({ tls }) => [tls?.clientAuth?.mode, tls?.minVersion]);
    expect(modes).toContainEqual(['verify', undefined]);
    expect(modes).toContainEqual([undefined, 'TLSv1.2']);
  });
});

it.each([
  'HostRegexp(`^m[.]test$`)',
  'PathPrefix(`/admin`)',
  '!Host(`x.test`)',
  'Host(`m.test`) || PathPrefix(`/a`)',
])('TLS options of %s, which names no fixed host, stay on the route and are named', (match) => {
  const result = compile(SERVICE + OPTIONS + route('a', match, withOption('strict')));
  expect(result.model.routes[0]?.tls?.clientAuth?.mode).toBe('verify');
  expect(codes(result)).toEqual([['tls-options-without-host', 'warning', 'a']]);
});

describe('a route with TLS', () => {
  it.each(['[web]', '[web, websecure]', '[custom]', '[websecure]'])(
    'ignores plain requests on the entry points %s',
    (entryPoints) => {
      const result = compile(SERVICE + route('a', 'Host(`m.test`)', `tls: {}, entryPoints: ${entryPoints}`));
      const router = buildRouter(result.model);
      expect(router.match(request({ url: 'm.test/', scheme: 'http' }))).toBeNull();
      expect(router.match(request({ url: 'm.test/', scheme: 'https' }))).not.toBeNull();
      expect(codes(result)).toEqual(entryPoints.includes('websecure') ? [] : [['no-effect', 'warning', 'a']]);
    },
  );
});

describe('annotations of an Ingress', () => {
  const ingress = (annotations: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: i
  annotations: {${annotations}}
spec: {rules: [{host: m.test, http: {paths: [{path: /a, pathType: ImplementationSpecific, backend: {service: {name: app, port: {number: 80}}}}]}}]}
---
`;
  const named = (name: string, value: string): string =>
    `traefik.ingress.kubernetes.io/router.${name}: "${value}"`;
  const matches = (result: ReturnType<typeof compile>, url: string, scheme: 'http' | 'https'): boolean =>
    buildRouter(result.model).match(request({ url, scheme })) !== null;

  it('ask for TLS whatever the entry points', () => {
    const result = compile(
      SERVICE + ingress(`${named('tls', 'true')}, ${named('entrypoints', 'web,websecure')}`),
    );
    expect(matches(result, 'm.test/a', 'http')).toBe(false);
    expect(matches(result, 'm.test/a', 'https')).toBe(true);
  });

  it('name TLS options', () => {
    const result = compile(SERVICE + OPTIONS + ingress(named('tls.options', 'default-strict@kubernetescrd')));
    expect(result.model.tlsOptions.get('m.test')?.clientAuth?.mode).toBe('verify');
    expect(result.model.routes[0]?.tls?.clientAuth?.mode).toBe('verify');
    expect(matches(result, 'm.test/a', 'http')).toBe(false);
  });

  it('close the routes when those do not exist', () => {
    const result = compile(SERVICE + ingress(named('tls.options', 'default-gone@kubernetescrd')));
    expect(result.model.routes[0]?.guard).toMatchObject({ kind: 'closed', status: 404 });
    expect(codes(result)).toEqual([['missing-reference', 'error', 'i']]);
  });

  it('make paths exact', () => {
    const result = compile(SERVICE + ingress(named('pathmatcher', 'Path')));
    expect(matches(result, 'm.test/a', 'http')).toBe(true);
    expect(matches(result, 'm.test/a/b', 'http')).toBe(false);
  });

  it('are named when they have no effect', () => {
    const result = compile(SERVICE + ingress(`${named('bogus', 'x')}, ${named('tls.certresolver', 'le')}`));
    expect(result.problems.map(({ code, field }) => [code, field?.replace(/^.*router\./, '')])).toEqual([
      ['unsupported', 'bogus]'],
      ['unsupported', 'tls.certresolver]'],
    ]);
  });
});

describe('certificates of one host', () => {
  const owner = (name: string): ObjectRef => ({
    key: `IngressRoute/default/${name}`,
    kind: 'IngressRoute',
    namespace: 'default',
    name,
  });
  const brings = (name: string, cert: string): CompiledUnit => ({
    problems: [],
    certificates: [{ host: 'm.test', value: { source: owner(name), cert, key: '' }, owner: owner(name) }],
  });

  it('are the first by name, and the others are named', () => {
    const { certificates, problems } = tlsOfHosts([brings('a', 'ONE'), brings('b', 'TWO')]);
    expect(certificates.get('m.test')?.cert).toBe('ONE');
    expect([...problems.values()].flat()).toMatchObject([
      { code: 'certificate-conflict', severity: 'warning', name: 'b' },
    ]);
  });

  it('may come from several objects when they are the same', () => {
    expect(tlsOfHosts([brings('a', 'ONE'), brings('b', 'ONE')]).problems.size).toBe(0);
  });
});
