import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { Case, Fixture } from '../fixture.ts';
import { fixture, get, HOST_RULE, metadata, traefik, type RouteSpec } from './build.ts';

const FOLDER = join(import.meta.dirname, '../../../../interop/traefik/certificates');

type CertificateFile = 'ca.crt' | 'client.crt' | 'client.key' | 'server.crt' | 'server.key';

/** Returns a file of the test's certificates, which are valid for a hundred years and protect nothing. */
export function certificateFile(name: CertificateFile): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

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

/** Returns the certificate that is shown for every name without one. */
export function defaultCertificate(): readonly KubernetesObject[] {
  const base64 = (name: CertificateFile): string => Buffer.from(certificateFile(name)).toString('base64');
  return [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata: { name: 'default-certificate', namespace: 'default' },
      data: { 'tls.crt': base64('server.crt'), 'tls.key': base64('server.key') },
    },
    {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'TLSStore',
      metadata: { name: 'default', namespace: 'default' },
      spec: { defaultCertificate: { secretName: 'default-certificate' } },
    },
  ];
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
  ];
}
