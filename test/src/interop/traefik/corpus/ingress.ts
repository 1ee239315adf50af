import type { Case, Fixture } from '../fixture.ts';
import { fixture, get, metadata, service } from './build.ts';

type Annotations = Readonly<Record<string, string>>;
type Path = readonly [path: string, type: string, role?: string];

const ROUTER = 'traefik.ingress.kubernetes.io/router.';
const SERVICE = 'traefik.ingress.kubernetes.io/service.';

const CASES: readonly Case[] = [
  '/',
  '/api',
  '/api/',
  '/api/v1',
  '/apiv1',
  '/API',
  '/api?x=1',
  '/api/../b',
  '//api',
  '/%61pi/v1',
  '/api%2Fv1',
  '/b',
].map((target) => get(target));

const HOSTS: readonly Case[] = [
  get('/', { host: 'a.@host@' }),
  get('/', { host: 'a.b.@host@' }),
  get('/', { host: '@HOST@' }),
  get('/', { host: '@host@:81' }),
  get('/', { host: '@host@.' }),
  get('/', { via: 'https' }),
  get('/', { via: 'h2' }),
];

interface IngressSpec {
  readonly name: string;
  readonly host?: string;
  readonly paths?: readonly Path[];
  readonly annotations?: Annotations;
  readonly serviceAnnotations?: Annotations;
  readonly tls?: readonly unknown[];
  readonly middlewares?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly cases?: readonly Case[];
}

function ingress(spec: IngressSpec): Fixture {
  const { host = '@host@', paths = [['/', 'Prefix']], annotations = {}, serviceAnnotations = {} } = spec;
  const roles = [...new Set(paths.map(([, , role = 'main']) => role))];
  return fixture({
    name: `ingress-${spec.name}`,
    routes: [],
    services: [],
    middlewares: spec.middlewares ?? {},
    objects: [
      ...roles.flatMap((role) => {
        const [first, ...rest] = service(role);
        return first === undefined
          ? []
          : [{ ...first, metadata: { ...first.metadata, annotations: { ...serviceAnnotations } } }, ...rest];
      }),
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { ...metadata('ingress'), annotations: { ...annotations } },
        spec: {
          ...(spec.tls === undefined ? {} : { tls: spec.tls }),
          rules: [
            {
              host,
              http: {
                paths: paths.map(([path, pathType, role = 'main']) => ({
                  path,
                  pathType,
                  backend: { service: { name: `@id@${role}`, port: { number: 80 } } },
                })),
              },
            },
          ],
        },
      },
    ],
    cases: spec.cases ?? [...CASES, ...HOSTS],
  });
}

/** Ingress objects and Traefik's annotations. */
export function ingressFixtures(): Fixture[] {
  return [
    ingress({ name: 'prefix', paths: [['/api', 'Prefix']] }),
    ingress({ name: 'prefix-slash', paths: [['/api/', 'Prefix']] }),
    ingress({ name: 'exact', paths: [['/api', 'Exact']] }),
    ingress({ name: 'specific', paths: [['/api', 'ImplementationSpecific']] }),
    ingress({ name: 'root', paths: [['/', 'Prefix']] }),
    ingress({
      name: 'several',
      paths: [
        ['/', 'Prefix'],
        ['/api', 'Prefix', 'other'],
        ['/api/v1', 'Exact', 'third'],
      ],
    }),
    ingress({
      name: 'exact-and-prefix',
      paths: [
        ['/api', 'Prefix'],
        ['/api', 'Exact', 'other'],
      ],
    }),
    ingress({ name: 'wildcard', host: '*.@host@' }),
    ingress({ name: 'tls', tls: [{ hosts: ['@host@'] }] }),
    ingress({ name: 'tls-annotation', annotations: { [`${ROUTER}tls`]: 'true' } }),
    ingress({ name: 'websecure', annotations: { [`${ROUTER}entrypoints`]: 'websecure' } }),
    ingress({
      name: 'websecure-tls',
      annotations: { [`${ROUTER}entrypoints`]: 'websecure', [`${ROUTER}tls`]: 'true' },
    }),
    ingress({
      name: 'both-tls',
      annotations: { [`${ROUTER}entrypoints`]: 'web,websecure', [`${ROUTER}tls`]: 'true' },
    }),
    ingress({
      name: 'pathmatcher',
      paths: [['/api', 'ImplementationSpecific']],
      annotations: { [`${ROUTER}pathmatcher`]: 'Path' },
    }),
    ingress({
      name: 'middlewares',
      annotations: {
        [`${ROUTER}middlewares`]: 'default-@id@strip@kubernetescrd, default-@id@add@kubernetescrd',
      },
      middlewares: { strip: { stripPrefix: { prefixes: ['/api'] } }, add: { addPrefix: { prefix: '/v2' } } },
    }),
    ingress({
      name: 'middleware-absent',
      annotations: { [`${ROUTER}middlewares`]: 'default-absent@kubernetescrd' },
    }),
    ingress({
      name: 'pass-host',
      serviceAnnotations: { [`${SERVICE}passhostheader`]: 'false' },
      cases: CASES.slice(0, 2),
    }),
    ingress({
      name: 'sticky',
      serviceAnnotations: {
        [`${SERVICE}sticky.cookie`]: 'true',
        [`${SERVICE}sticky.cookie.name`]: 'sticky',
        [`${SERVICE}sticky.cookie.samesite`]: 'strict',
      },
      cases: [get('/', { keepsCookies: true }), get('/', { keepsCookies: true })],
    }),
    ingress({
      name: 'class',
      annotations: { 'kubernetes.io/ingress.class': 'nginx' },
      cases: CASES.slice(0, 2),
    }),
    ingress({
      name: 'class-traefik',
      annotations: { 'kubernetes.io/ingress.class': 'traefik' },
      cases: CASES.slice(0, 2),
    }),
  ];
}
