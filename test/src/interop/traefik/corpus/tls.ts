import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { certificateFile } from '../certificates.ts';
import type { Case, Fixture } from '../fixture.ts';
import { fixture, get, HOST_RULE, metadata, traefik, type RouteSpec } from './build.ts';

const REQUESTS: readonly Case[] = [
  get('/'),
  get('/admin'),
  get('/', { via: 'https' }),
  get('/admin', { via: 'https' }),
  get('/admin', { via: 'https', hasCertificate: true }),
  get('/admin', { via: 'h2', hasCertificate: true }),
  get('/', { via: 'https', serverName: 'other.test' }),
  get('/admin', { via: 'https', serverName: 'other.test' }),
  get('/admin', { via: 'https', serverName: '' }),
  get('/admin', { via: 'https', host: '@host@.' }),
  get('/admin', { via: 'https', host: '@HOST@' }),
  get('/admin', { via: 'https', host: '@host@:443' }),
  get('/admin', { via: 'https', host: 'a.@host@' }),
  get('/', { via: 'https', headers: [['X-Forwarded-Proto', 'http']] }),
];

const ADMIN = `${HOST_RULE} && PathPrefix(\`/admin\`)`;

function options(name: string, mode: string | null): KubernetesObject {
  const clientAuth = { secretNames: ['@id@ca'], clientAuthType: mode };
  return traefik('TLSOption', name, mode === null ? { minVersion: 'VersionTLS12' } : { clientAuth });
}

function authority(): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadata('ca'),
    data: { 'ca.crt': Buffer.from(certificateFile('ca.crt')).toString('base64') },
  };
}

/** Entry points, TLS options, and what a server name that is not the host gets. */
export function tlsFixtures(): Fixture[] {
  const strict = options('strict', 'RequireAndVerifyClientCert');
  const lax = options('lax', null);
  const routed = (
    name: string,
    match: string,
    tls: Readonly<Record<string, unknown>>,
    entryPoints?: readonly string[],
  ) =>
    traefik('IngressRoute', name, {
      ...(entryPoints === undefined ? {} : { entryPoints }),
      routes: [{ kind: 'Rule', match, services: [{ name: '@id@main', port: 80 }] }],
      tls,
    });
  const tlsFixture = (name: string, objects: readonly KubernetesObject[], cases = REQUESTS): Fixture =>
    fixture({ name, services: ['main'], routes: [], objects: [authority(), strict, lax, ...objects], cases });
  const use = (name: string) => ({ options: { name: `@id@${name}` } });
  const plain: readonly RouteSpec[] = [{}];
  return [
    fixture({ name: 'tls-none', routes: plain, cases: REQUESTS }),
    fixture({ name: 'tls-empty', routes: plain, route: { tls: {} }, cases: REQUESTS }),
    fixture({ name: 'tls-websecure', routes: plain, route: { entryPoints: ['websecure'] }, cases: REQUESTS }),
    fixture({ name: 'tls-web', routes: plain, route: { entryPoints: ['web'] }, cases: REQUESTS }),
    fixture({
      name: 'tls-web-tls',
      routes: plain,
      route: { entryPoints: ['web'], tls: {} },
      cases: REQUESTS,
    }),
    fixture({
      name: 'tls-both',
      routes: plain,
      route: { entryPoints: ['web', 'websecure'], tls: {} },
      cases: REQUESTS,
    }),
    fixture({
      name: 'tls-both-plain',
      routes: plain,
      route: { entryPoints: ['web', 'websecure'] },
      cases: REQUESTS,
    }),
    fixture({
      name: 'tls-unknown-entry',
      routes: plain,
      route: { entryPoints: ['custom'] },
      cases: REQUESTS.slice(0, 4),
    }),
    tlsFixture('tls-strict', [routed('a', HOST_RULE, use('strict'))]),
    tlsFixture('tls-lax', [routed('a', HOST_RULE, use('lax'))]),
    tlsFixture('tls-optional', [
      options('maybe', 'VerifyClientCertIfGiven'),
      routed('a', HOST_RULE, use('maybe')),
    ]),
    tlsFixture('tls-strict-and-lax', [routed('a', ADMIN, use('strict')), routed('b', HOST_RULE, use('lax'))]),
    tlsFixture('tls-lax-and-strict', [routed('a', HOST_RULE, use('lax')), routed('b', ADMIN, use('strict'))]),
    tlsFixture('tls-strict-and-none', [routed('a', ADMIN, use('strict')), routed('b', HOST_RULE, {})]),
    tlsFixture('tls-strict-twice', [
      routed('a', ADMIN, use('strict')),
      routed('b', HOST_RULE, use('strict')),
    ]),
    tlsFixture('tls-strict-regexp', [routed('a', 'HostRegexp(`^[a-z.]*@host@$`)', use('strict'))]),
    tlsFixture('tls-strict-both-entries', [routed('a', HOST_RULE, use('strict'), ['web', 'websecure'])]),
    tlsFixture('tls-absent-option', [routed('a', HOST_RULE, use('absent'))]),
    tlsFixture('tls-13', [
      traefik('TLSOption', 'modern', { minVersion: 'VersionTLS13', alpnProtocols: ['http/1.1'] }),
      routed('a', HOST_RULE, use('modern')),
    ]),
    tlsFixture(
      'tls-versions',
      [
        traefik('TLSOption', 'modern', { minVersion: 'VersionTLS13' }),
        routed('a', HOST_RULE, use('modern')),
        traefik('TLSOption', 'old', { maxVersion: 'VersionTLS12' }),
        routed('b', 'Host(`old.@host@`)', use('old')),
      ],
      [
        get('/', { via: 'https', tlsMax: 'TLSv1.2' }),
        get('/', { via: 'https' }),
        get('/', { via: 'https', host: 'old.@host@' }),
        get('/', { via: 'https', host: 'old.@host@', tlsMax: 'TLSv1.2' }),
        get('/', { via: 'https', host: 'old.@host@', serverName: '@host@' }),
        get('/', { via: 'h2', host: 'old.@host@' }),
      ],
    ),
  ];
}
