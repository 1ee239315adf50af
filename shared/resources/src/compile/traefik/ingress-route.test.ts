import { describe, expect, it } from 'vitest';
import { buildRouter } from '../../decide/router.ts';
import type { Route, Target } from '../../model/model.ts';
import type { CompileResult } from '../compiler.ts';
import { tlsSecret } from '../core/test-certificate.ts';
import { SERVICE, compile, request } from '../test-objects.ts';

const route = (spec: string, group = 'traefik.io'): string => `
apiVersion: ${group}/v1alpha1
kind: IngressRoute
metadata: {name: r}
spec: ${spec}
---
`;
const object = (kind: string, name: string, spec: string): string => `
apiVersion: traefik.io/v1alpha1
kind: ${kind}
metadata: {name: ${name}}
spec: ${spec}
---
`;
const simple = (extra = ''): string =>
  `{routes: [{match: "Host(\`h.test\`)", kind: Rule, services: [{name: app, port: 80}]${extra}}]}`;
const first = (result: CompileResult): Route | undefined => result.model.routes[0];
const target = (services: string, more = ''): Target | undefined =>
  first(
    compile(`${SERVICE}${more}${route(`{routes: [{match: "Host(\`h.test\`)", services: ${services}}]}`)}`),
  )?.target;

describe('routes', () => {
  it('take the length of the rule as priority, or their own', () => {
    expect(first(compile(SERVICE + route(simple())))?.priority).toBe('Host(`h.test`)'.length);
    expect(first(compile(SERVICE + route(simple(', priority: 7'))))?.priority).toBe(7);
    expect(first(compile(SERVICE + route(simple(', priority: 0'))))?.priority).toBe('Host(`h.test`)'.length);
  });

  it('read both rule syntaxes, and the old group in the old one', () => {
    const v2 = '{routes: [{match: "Host(`a.test`, `b.test`)", services: [{name: app, port: 80}]SYNTAX}]}';
    expect(first(compile(SERVICE + route(v2.replace('SYNTAX', ', syntax: v2'))))?.hosts).toEqual([
      'a.test',
      'b.test',
    ]);
    expect(first(compile(SERVICE + route(v2.replace('SYNTAX', ', ruleSyntax: v2'))))?.hosts).toEqual([
      'a.test',
      'b.test',
    ]);
    expect(first(compile(SERVICE + route(v2.replace('SYNTAX', ''), 'traefik.containo.us')))?.hosts).toEqual([
      'a.test',
      'b.test',
    ]);
    expect(compile(SERVICE + route(v2.replace('SYNTAX', ''))).problems).toMatchObject([
      {
        code: 'bad-rule',
        field: 'spec.routes[0].match',
        message: expect.stringContaining('Host takes 1 value, got 2 (at character 1)'),
      },
    ]);
  });

  it('choose by entry points and TLS which scheme they serve', () => {
    expect(
      first(compile(SERVICE + route(simple().replace('{routes', '{entryPoints: [web], routes'))))?.scheme,
    ).toBe('http');
    expect(first(compile(SERVICE + route(simple().replace('{routes', '{tls: {}, routes'))))?.scheme).toBe(
      'https',
    );
  });

  it('close for a missing middleware and a missing policy', () => {
    expect(first(compile(SERVICE + route(simple(', middlewares: [{name: nope}]'))))?.guard).toMatchObject({
      kind: 'closed',
      reason: 'Middleware "nope" does not exist',
    });
    const annotated = route(simple()).replace(
      '{name: r}',
      '{name: r, annotations: {hub.traefik.io/access-control-policy: acp}}',
    );
    expect(first(compile(SERVICE + annotated))?.guard).toMatchObject({ kind: 'closed', status: 404 });
  });
});

describe('targets', () => {
  it('carry what the reference says of the service', () => {
    const reference =
      '[{name: app, port: web, scheme: h2c, passHostHeader: false, sticky: {cookie: {name: c, httpOnly: true, sameSite: lax, maxAge: 60}}, healthCheck: {path: /up, interval: 5s, timeout: 1}}]';
    expect(target(reference)).toEqual({
      kind: 'service',
      service: {
        service: 'default/app',
        port: 'web',
        scheme: 'h2c',
        passHostHeader: false,
        sticky: { name: 'c', secure: false, httpOnly: true, sameSite: 'lax', maxAgeSeconds: 60 },
        transport: null,
        healthCheck: { path: '/up', method: 'GET', intervalMs: 5000, timeoutMs: 1000, headers: {} },
      },
    });
  });

  it('share out over several services by weight', () => {
    expect(target('[{name: app, port: 80, weight: 3}, {name: app, port: 80}]')).toMatchObject({
      kind: 'weighted',
      targets: [{ weight: 3 }, { weight: 1 }],
    });
  });

  it('go through TraefikServices: weighted, sticky, mirrored, nested', () => {
    const services =
      object(
        'TraefikService',
        'split',
        '{weighted: {sticky: {cookie: {name: s}}, services: [{name: app, port: 80, weight: 9}, {name: shadow, kind: TraefikService, weight: 1}]}}',
      ) +
      object(
        'TraefikService',
        'shadow',
        '{mirroring: {name: app, port: 80, mirrors: [{name: app, port: 80, percent: 10}]}}',
      );
    expect(target('[{name: split, kind: TraefikService}]', services)).toMatchObject({
      kind: 'weighted',
      sticky: { name: 's' },
      targets: [
        { weight: 9, target: { kind: 'service' } },
        { weight: 1, target: { kind: 'mirror', main: { kind: 'service' }, mirrors: [{ percent: 10 }] } },
      ],
    });
  });

  it('answer 503 for a TraefikService that is missing or refers to itself', () => {
    expect(target('[{name: nope, kind: TraefikService}]')).toMatchObject({
      kind: 'none',
      status: 503,
      reason: 'TraefikService "nope" does not exist',
    });
    const circle =
      object('TraefikService', 'a', '{weighted: {services: [{name: b, kind: TraefikService}]}}') +
      object('TraefikService', 'b', '{weighted: {services: [{name: a, kind: TraefikService}]}}');
    expect(target('[{name: a, kind: TraefikService}]', circle)).toMatchObject({
      kind: 'none',
      status: 503,
      reason: 'TraefikService "a" refers to itself',
    });
  });

  it('know Traefik’s internal services only by name', () => {
    expect(target('[{name: noop@internal, kind: TraefikService}]')).toMatchObject({
      kind: 'none',
      status: 418,
    });
    expect(target('[{name: api@internal, kind: TraefikService}]')).toMatchObject({
      kind: 'none',
      status: 404,
    });
  });

  it('use TLS towards port 443 and ports named https', () => {
    const tls = SERVICE.replace('name: web, port: 80', 'name: https-web, port: 8443');
    expect(
      compile(tls + route(simple().replace('port: 80', 'port: 8443'))).model.routes[0]?.target,
    ).toMatchObject({ service: { scheme: 'https' } });
  });

  it('take settings from the annotations of the Service', () => {
    const annotated = SERVICE.replace(
      'metadata: {name: app}',
      'metadata: {name: app, annotations: {traefik.ingress.kubernetes.io/service.serversscheme: https, traefik.ingress.kubernetes.io/service.passhostheader: "false", traefik.ingress.kubernetes.io/service.sticky.cookie: "true"}}',
    );
    expect(compile(annotated + route(simple())).model.routes[0]?.target).toMatchObject({
      service: { scheme: 'https', passHostHeader: false, sticky: { name: '_portolan_sticky' } },
    });
  });
});

describe('ServersTransport', () => {
  const withTransport = (spec: string, more = ''): Target | undefined =>
    target('[{name: app, port: 80, serversTransport: t}]', more + object('ServersTransport', 't', spec));
  it('is resolved with its Secrets', () => {
    const ca = '\napiVersion: v1\nkind: Secret\nmetadata: {name: ca}\nstringData: {ca.crt: PEM}\n---\n';
    expect(
      withTransport(
        '{serverName: s, rootCAsSecrets: [ca], certificatesSecrets: [crt], forwardingTimeouts: {dialTimeout: 1s, idleConnTimeout: 2}}',
        ca + tlsSecret('crt'),
      ),
    ).toMatchObject({
      service: {
        transport: {
          serverName: 's',
          insecureSkipVerify: false,
          rootCAs: ['PEM'],
          certificates: [{ cert: expect.stringContaining('BEGIN CERTIFICATE') }],
          dialTimeoutMs: 1000,
          idleConnTimeoutMs: 2000,
          responseHeaderTimeoutMs: 0,
        },
      },
    });
  });

  it('that is missing or lacks a Secret lets nothing out', () => {
    expect(target('[{name: app, port: 80, serversTransport: nope}]')).toMatchObject({
      kind: 'none',
      status: 503,
    });
    expect(withTransport('{rootCAsSecrets: [nope]}')).toMatchObject({
      kind: 'none',
      status: 503,
      reason: expect.stringContaining('"nope"'),
    });
  });
});

describe('TLS', () => {
  it('takes the certificate for the hosts of the rules, and options by name', () => {
    const { model, problems } = compile(
      SERVICE +
        tlsSecret('crt') +
        object(
          'TLSOption',
          'strict',
          '{minVersion: VersionTLS12, cipherSuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256]}',
        ) +
        route(simple().replace('{routes', '{tls: {secretName: crt, options: {name: strict}}, routes')),
    );
    expect(problems).toEqual([]);
    expect([...model.certificates.keys()]).toEqual(['h.test']);
    expect(model.tlsOptions.get('h.test')).toEqual({
      minVersion: 'TLSv1.2',
      cipherSuites: [
        'ECDHE-RSA-AES128-GCM-SHA256',
        'TLS_AES_128_GCM_SHA256',
        'ECDHE-ECDSA-CHACHA20-POLY1305',
      ],
      alpnProtocols: [],
      clientAuth: null,
    });
  });

  it('closes the routes when its options are missing, since they may ask for client certificates', () => {
    const missing = route(simple().replace('{routes', '{tls: {options: {name: mtls}}, routes'));
    expect(first(compile(SERVICE + missing))?.guard).toMatchObject({ kind: 'closed', status: 404 });
    const noCa = object(
      'TLSOption',
      'mtls',
      '{clientAuth: {secretNames: [ca], clientAuthType: RequireAndVerifyClientCert}}',
    );
    expect(first(compile(SERVICE + noCa + missing))?.guard).toMatchObject({
      kind: 'closed',
      reason: expect.stringContaining('"ca" does not exist'),
    });
  });

  it('has a default certificate in the TLSStore and default options in the TLSOption of that name', () => {
    const { model } = compile(
      tlsSecret('crt') +
        object('TLSStore', 'default', '{defaultCertificate: {secretName: crt}}') +
        object('TLSOption', 'default', '{clientAuth: {clientAuthType: RequestClientCert}}'),
    );
    expect([...model.certificates.keys()]).toEqual(['default']);
    expect(model.tlsOptions.get('default')?.clientAuth).toEqual({ mode: 'request', ca: [] });
  });
});

it('matches at the router', () => {
  const result = compile(
    SERVICE +
      route(
        '{routes: [{match: "Host(`h.test`) && (PathPrefix(`/a`) || Method(`POST`))", services: [{name: app, port: 80}]}]}',
      ),
  );
  const router = buildRouter(result.model);
  expect(router.match(request({ url: 'h.test/abc' }))?.id).toBe('ingress-route/default/r/0');
  expect(router.match(request({ url: 'h.test/b', method: 'POST' }))?.id).toBe('ingress-route/default/r/0');
  expect(router.match(request({ url: 'h.test/b' }))).toBeNull();
});
