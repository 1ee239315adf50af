import { expect, test } from 'vitest';
import { objectKey, type KubernetesObject } from '../kinds/object.ts';
import { destinationFaults } from './destinations.ts';
import { Compiler } from './compiler.ts';
import { context } from './test-objects.ts';

const OF_PLATFORM = { kind: 'platform' } as const;
const OF_FILE = { kind: 'file', file: 'a.yaml', line: 1 } as const;

const object = (
  [apiVersion, kind]: readonly [string, string],
  content: object,
  labels: Record<string, string> = {},
): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: 'x', namespace: 'default', labels },
  ...content,
});
const SLICE = ['discovery.k8s.io/v1', 'EndpointSlice'] as const;
const HUB = 'hub.traefik.io/v1alpha1';

const slice = (...addresses: string[]) =>
  object(SLICE, { addressType: 'IPv4', endpoints: [{ addresses }], ports: [{ port: 80 }] });
const endpoints = (ip: string) =>
  object(['v1', 'Endpoints'], { subsets: [{ addresses: [{ ip }], ports: [{ port: 80 }] }] });
const external = (externalName: string) =>
  object(['v1', 'Service'], { spec: { type: 'ExternalName', externalName, ports: [{ port: 80 }] } });
const policy = (spec: object) => object([HUB, 'AccessControlPolicy'], { spec });
const api = (url: string) =>
  object([HUB, 'API'], {
    spec: { pathPrefix: '/a', service: { name: 's', port: { number: 80 }, openApiSpec: { url } } },
  });
const forwardAuth = (address: string) =>
  object(['traefik.io/v1alpha1', 'Middleware'], { spec: { forwardAuth: { address } } });

const refused = (made: KubernetesObject, origin: typeof OF_PLATFORM | typeof OF_FILE = OF_PLATFORM) => {
  const { problemsByKey } = new Compiler({ generation: 'v2' }).update({
    upserts: [{ object: made, origin }],
    context: context(),
  });
  return (problemsByKey.get(objectKey(made)) ?? [])
    .filter(({ code }) => code === 'forbidden-destination')
    .map(({ field, message }) => `${field} ${message}`);
};

const MACHINE = [
  '127.0.0.1',
  '127.8.8.8',
  '0.0.0.0',
  '169.254.169.254',
  '169.254.0.9',
  '224.0.0.1',
  '100.100.100.200',
];
const SPELLED = ['127.1', '2130706433', '0x7f.1', 'localhost', 'LOCALHOST.', 'db.localhost'];
const NETWORK = ['10.0.0.7', '192.168.1.4', '8.8.8.8'];

test.each<[string, KubernetesObject]>([
  ...MACHINE.flatMap((address) => [
    [`slice ${address}`, slice('10.0.0.1', address)] as [string, KubernetesObject],
    [`endpoints ${address}`, endpoints(address)] as [string, KubernetesObject],
  ]),
  ...[...MACHINE, ...SPELLED].flatMap((host) => [
    [`ExternalName ${host}`, external(host.toLowerCase())] as [string, KubernetesObject],
    [`openApiSpec ${host}`, api(`http://${host}:8080/x`)] as [string, KubernetesObject],
    [
      `issuer ${host}`,
      policy({
        oidc: { issuer: `http://${host}/`, clientId: 'c', redirectUrl: '/cb', secret: { name: 's' } },
      }),
    ] as [string, KubernetesObject],
    [`forwardAuth ${host}`, forwardAuth(`http://${host}/auth`)] as [string, KubernetesObject],
  ]),
  ['mapped IPv6', api('http://[::ffff:127.0.0.1]/')],
  ['IPv6 loopback', api('http://[::1]/')],
  ['a key set of this machine', policy({ jwt: { jwksUrl: 'http://127.0.0.1/keys' } })],
  ['a key set in a file', policy({ jwt: { jwksFile: '/etc/portolan/keys.json' } })],
  [
    'introspection',
    policy({ oAuthIntro: { clientConfig: { url: 'http://127.0.0.1/i' }, tokenSource: { header: 'x' } } }),
  ],
])('an object made on the platform cannot lead to the agent’s machine: %s', (_, made) => {
  expect(refused(made)).toEqual([expect.stringMatching(/made on the platform/)]);
  expect(refused(made, OF_FILE)).toEqual([]);
});

test.each<[string, KubernetesObject]>([
  ...NETWORK.flatMap((host) => [
    [`slice ${host}`, slice(host)] as [string, KubernetesObject],
    [`openApiSpec ${host}`, api(`http://${host}/`)] as [string, KubernetesObject],
  ]),
  ['a name', external('api.example.com')],
  ['a key set itself', policy({ jwt: { jwksFile: '{"keys": []}' } })],
])('but anywhere else: %s', (_, made) => expect(refused(made)).toEqual([]));

test('host names of the platform are marked for a check at the time of connecting; those of files are not', () => {
  const endpointOf = (origin: typeof OF_PLATFORM | typeof OF_FILE) =>
    new Compiler({ generation: 'v2' })
      .update({ upserts: [{ object: external('api.example.com'), origin }], context: context() })
      .model.services.get('default/x')?.ports[0]?.endpoints[0];
  expect(endpointOf(OF_PLATFORM)).toEqual({ host: 'api.example.com', port: 80, isRemote: true });
  expect(endpointOf(OF_FILE)).toEqual({ host: 'api.example.com', port: 80 });
});

test('an object that moves from a file to the platform is checked anew', () => {
  const compiler = new Compiler({ generation: 'v2' });
  const made = external('localhost');
  compiler.update({ upserts: [{ object: made, origin: OF_FILE }], context: context() });
  const { problemsByKey } = compiler.update({ upserts: [{ object: made, origin: OF_PLATFORM }] });
  expect(problemsByKey.get(objectKey(made))).toMatchObject([{ code: 'forbidden-destination' }]);
});

test.each([
  ['spec.jwt.jwksUrl', 'APIAuth', { jwt: { jwksUrl: 'https://127.0.0.1/jwks' } }],
  [
    'spec.jwt.trustedIssuers[0].jwksUrl',
    'APIAuth',
    { jwt: { trustedIssuers: [{ jwksUrl: 'https://localhost/' }] } },
  ],
  ['spec.jwt.jwksFile', 'APIAuth', { jwt: { jwksFile: '/etc/keys.json' } }],
  ['spec.ldap.url', 'APIAuth', { ldap: { url: 'ldap://169.254.169.254' } }],
  ['spec.oidc.issuerUrl', 'APIPortalAuth', { oidc: { issuerUrl: 'https://127.1' } }],
  ['spec.openApiSpec.url', 'API', { openApiSpec: { url: 'http://127.0.0.1/openapi.json' } }],
  ['spec.openApiSpec.url', 'APIVersion', { openApiSpec: { url: 'http://[::1]/openapi.json' } }],
])(
  'generation v3: %s of an object made on the platform does not lead to the machine',
  (field, kind, spec) => {
    expect(destinationFaults(object([HUB, kind], { spec })).map((fault) => fault.field)).toEqual([field]);
  },
);
