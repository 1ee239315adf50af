import { expect, test } from 'vitest';
import { objectKey } from '../kinds/object.ts';
import type { Generation } from '../kinds/registry.ts';
import type { SourcedObject } from '../manifests/load.ts';
import { Compiler } from './compiler.ts';
import { CERTIFICATE, tlsSecret } from './core/test-certificate.ts';
import { platformOriginFaults } from './platform-origin.ts';
import { context, objects } from './test-objects.ts';

const PLATFORM = { kind: 'platform' } as const;
const CLUSTER = { kind: 'cluster' } as const;
const ALLOWED = 'portolan.dev/allow-platform-references: "true"';

const made = (yaml: string, generation: Generation = 'v2'): readonly SourcedObject[] =>
  objects(yaml, generation).map(({ object }) => ({ object, origin: PLATFORM }));
const own = (yaml: string, generation: Generation = 'v2'): readonly SourcedObject[] =>
  objects(yaml, generation).map(({ object }) => ({ object, origin: CLUSTER }));

/** A Secret with every key that something reads. */
function secret(labels: string): string {
  const stringData = {
    clientSecret: 's3cret-value',
    users: 's3cret-value:x',
    value: 's3cret-value',
    password: 's3cret-value',
    'ca.crt': CERTIFICATE,
  };
  return tlsSecret('held')
    .replace('{name: held}', `{name: held, labels: {${labels}}}`)
    .replace('---', `stringData: ${JSON.stringify(stringData)}`);
}

const HUB = 'apiVersion: hub.traefik.io/v1alpha1';
const TRAEFIK = 'apiVersion: traefik.io/v1alpha1';
const GATEWAY = `apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: c}\nspec: {controllerName: portolan.dev/gateway-controller}\n---\n`;

/** Every field of a kind that is compiled and names a Secret. */
const REFERENCES: readonly [field: string, generation: Generation, yaml: string][] = [
  [
    'AccessControlPolicy oidc',
    'v2',
    `${HUB}\nkind: AccessControlPolicy\nmetadata: {name: x}\nspec: {oidc: {issuer: "https://evil.example.com", clientId: c, redirectUrl: /cb, secret: {name: held, namespace: default}}}`,
  ],
  [
    'AccessControlPolicy oidcGoogle',
    'v2',
    `${HUB}\nkind: AccessControlPolicy\nmetadata: {name: x}\nspec: {oidcGoogle: {clientId: c, redirectUrl: /cb, emails: [a@example.com], secret: {name: held, namespace: default}}}`,
  ],
  [
    'Middleware basicAuth',
    'v2',
    `${TRAEFIK}\nkind: Middleware\nmetadata: {name: x}\nspec: {basicAuth: {secret: held}}`,
  ],
  [
    'Middleware forwardAuth',
    'v2',
    `${TRAEFIK}\nkind: Middleware\nmetadata: {name: x}\nspec: {forwardAuth: {address: "https://a.example.com", tls: {caSecret: held}}}`,
  ],
  [
    'ServersTransport rootCAsSecrets',
    'v2',
    `${TRAEFIK}\nkind: ServersTransport\nmetadata: {name: x}\nspec: {rootCAsSecrets: [held]}`,
  ],
  [
    'ServersTransport certificatesSecrets',
    'v2',
    `${TRAEFIK}\nkind: ServersTransport\nmetadata: {name: x}\nspec: {certificatesSecrets: [held]}`,
  ],
  [
    'TLSOption',
    'v2',
    `${TRAEFIK}\nkind: TLSOption\nmetadata: {name: default}\nspec: {clientAuth: {secretNames: [held], clientAuthType: RequireAndVerifyClientCert}}`,
  ],
  [
    'TLSStore',
    'v2',
    `${TRAEFIK}\nkind: TLSStore\nmetadata: {name: default}\nspec: {certificates: [{secretName: held}]}`,
  ],
  [
    'IngressRoute',
    'v2',
    `${TRAEFIK}\nkind: IngressRoute\nmetadata: {name: x}\nspec: {routes: [{match: "Host(\`a.example.com\`)", services: [{name: s, port: 80}]}], tls: {secretName: held}}`,
  ],
  [
    'Ingress',
    'v2',
    `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x}\nspec: {ingressClassName: portolan, tls: [{secretName: held, hosts: [a.example.com]}], rules: []}`,
  ],
  [
    'Gateway',
    'v2',
    `${GATEWAY}apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: x}\nspec: {gatewayClassName: c, listeners: [{name: l, port: 443, protocol: HTTPS, hostname: a.example.com, tls: {certificateRefs: [{name: held}]}}]}`,
  ],
  [
    'APIAuth jwt',
    'v3',
    `${HUB}\nkind: APIAuth\nmetadata: {name: x}\nspec: {isDefault: true, jwt: {appIdClaim: a, signingSecretName: held}}`,
  ],
  [
    'APIAuth ldap',
    'v3',
    `${HUB}\nkind: APIAuth\nmetadata: {name: x}\nspec: {isDefault: true, ldap: {url: "ldap://l.example.com", baseDn: "dc=a", attribute: cn, bindDn: b, bindPasswordSecretName: held, searchFilter: "(uid=%s)"}}`,
  ],
  [
    'APIPortalAuth oidc',
    'v3',
    `${HUB}\nkind: APIPortalAuth\nmetadata: {name: x}\nspec: {oidc: {issuerUrl: "https://i.example.com", secretName: held, claims: {groups: g}}}`,
  ],
  [
    'ManagedApplication',
    'v3',
    `${HUB}\nkind: ManagedApplication\nmetadata: {name: x}\nspec: {appId: a, owner: o, apiKeys: [{secretName: held}]}`,
  ],
];

const REFUSAL =
  /Secret "held" does not exist in namespace "default", or does not allow objects made on the platform to name it/;

function compileWith(generation: Generation, ...found: readonly (readonly SourcedObject[])[]) {
  const result = new Compiler({ generation }).update({ upserts: found.flat(), context: context() });
  const keys = found.flat().map(({ object }) => objectKey(object));
  const problems = keys.flatMap((key) => result.problemsByKey.get(key) ?? []);
  return { ...result, refusals: problems.filter(({ message }) => REFUSAL.test(message)), problems };
}

test.each(REFERENCES)(
  'an object made on the platform names no Secret that does not allow it: %s',
  (_, generation, yaml) => {
    const { refusals, model } = compileWith(
      generation,
      made(yaml, generation),
      own(secret('a: b'), generation),
    );
    expect(refusals).toHaveLength(1);
    // The same in an agent of a directory.
    const inFile = objects(secret('a: b'), generation);
    expect(compileWith(generation, made(yaml, generation), inFile).refusals).toHaveLength(1);
    expect(refusals[0]?.fix ?? '').toMatch(/label portolan.dev\/allow-platform-references=true|^$/);
    expect(JSON.stringify([...model.certificates.values()])).not.toContain('BEGIN');
    expect(
      JSON.stringify(model, (__, value: unknown) => (value instanceof Map ? [...value] : value)),
    ).not.toContain('s3cret');
  },
);

test.each(REFERENCES)('but one that does, and objects of the cluster name any: %s', (_, generation, yaml) => {
  expect(compileWith(generation, made(yaml, generation), own(secret(ALLOWED), generation)).refusals).toEqual(
    [],
  );
  expect(compileWith(generation, own(yaml, generation), own(secret('a: b'), generation)).refusals).toEqual(
    [],
  );
});

test('the label takes effect when it is set, and again when it is removed', () => {
  const [, generation, yaml] = REFERENCES[0] ?? ['', 'v2', ''];
  const [policy] = made(yaml);
  const compiler = new Compiler({ generation });
  const refused = (labels: string) =>
    compiler
      .update({ upserts: [...(policy ? [policy] : []), ...own(secret(labels))], context: context() })
      .problems.filter(({ message }) => REFUSAL.test(message)).length;
  expect([
    refused('a: b'),
    refused(ALLOWED),
    refused('portolan.dev/allow-platform-references: "yes"'),
  ]).toEqual([1, 0, 1]);
});

test('a Secret made on the platform counts for nothing', () => {
  const middleware = own(
    `${TRAEFIK}\nkind: Middleware\nmetadata: {name: x}\nspec: {basicAuth: {secret: held}}`,
  );
  const { problems } = compileWith('v2', middleware, made(secret(ALLOWED)));
  expect(problems.map(({ code }) => code)).toContain('forbidden-kind');
  expect(problems.map(({ message }) => message).join()).toContain('Secret "held" does not exist');
});

test('an invalid object of the platform does not keep what the cluster has deleted', () => {
  const compiler = new Compiler({ generation: 'v2' });
  compiler.update({ upserts: own(secret('a: b')), context: context() });
  compiler.update({ upserts: made(secret('a: b')) });
  expect(compiler.object('Secret./default/held')).toBeNull();
});

const KUBERNETES = `
apiVersion: v1
kind: Service
metadata: {name: kubernetes}
spec: {clusterIP: 10.96.0.1, ports: [{name: https, port: 443}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: kubernetes, labels: {kubernetes.io/service-name: kubernetes}}
addressType: IPv4
endpoints: [{addresses: [192.168.7.2]}]
ports: [{name: https, port: 6443}]
`;
const ingressTo = (service: string, namespace = 'default') => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: ${namespace}}
spec: {ingressClassName: portolan, rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: ${service}, port: {number: 443}}}}]}}]}`;

test('routes made on the platform do not lead to the API server; those of the cluster may', () => {
  const refused = compileWith('v2', made(ingressTo('kubernetes')), own(KUBERNETES));
  expect(refused.problems.map(({ code }) => code)).toContain('forbidden-destination');
  expect(refused.model.routes[0]?.target).toMatchObject({ kind: 'none', status: 503 });
  const served = compileWith('v2', own(ingressTo('kubernetes')), own(KUBERNETES));
  expect(served.model.routes[0]?.target).toMatchObject({ kind: 'service' });
});

test.each(['10.96.0.1', '192.168.7.2'])('nor by a Service with its address: %s', (address) => {
  const external = `{apiVersion: v1, kind: Service, metadata: {name: e}, spec: {type: ExternalName, externalName: ${address}, ports: [{port: 443}]}}`;
  const { model, problems } = compileWith('v2', made(external), own(KUBERNETES));
  expect(model.services.get('default/e')?.ports[0]?.endpoints).toEqual([]);
  expect(problems).toMatchObject([
    { code: 'forbidden-destination', message: expect.stringContaining(address) as string },
  ]);
});

test.each([
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  'kube-dns.kube-system',
  'kube-dns.kube-system.svc.cluster.local',
])('nor by a name in its DNS: %s', (host) => {
  const external = `{apiVersion: v1, kind: Service, metadata: {name: e}, spec: {type: ExternalName, externalName: ${host}}}`;
  expect(made(external).flatMap(({ object }) => platformOriginFaults(object))).toMatchObject([
    { code: 'forbidden-destination' },
  ]);
});

test('objects made on the platform are not in namespaces of Kubernetes itself', () => {
  const faults = made(ingressTo('kube-dns', 'kube-system')).flatMap(({ object }) =>
    platformOriginFaults(object),
  );
  expect(faults).toMatchObject([{ code: 'forbidden-namespace', field: 'metadata.namespace' }]);
});

const SHOP = `{apiVersion: v1, kind: Service, metadata: {name: shop}, spec: {ports: [{name: web, port: 80}]}}`;
const slice = (address: string, name: string) => `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}, labels: {kubernetes.io/service-name: shop}}
addressType: IPv4
endpoints: [{addresses: [${address}]}]
ports: [{name: web, port: 8080}]`;

test('addresses made on the platform take no traffic of a Service of the cluster', () => {
  const { model, problems } = compileWith(
    'v2',
    own(SHOP),
    own(slice('10.0.0.1', 'a')),
    made(slice('8.8.8.8', 'b')),
  );
  expect(model.services.get('default/shop')?.ports[0]?.endpoints.map(({ host }) => host)).toEqual([
    '10.0.0.1',
  ]);
  expect(problems).toMatchObject([
    { code: 'forbidden-destination', field: 'metadata.labels[kubernetes.io/service-name]' },
  ]);
  const endpoints = `{apiVersion: v1, kind: Endpoints, metadata: {name: shop}, subsets: [{addresses: [{ip: 8.8.8.8}], ports: [{name: web, port: 80}]}]}`;
  expect(
    compileWith('v2', own(SHOP), made(endpoints)).model.services.get('default/shop')?.ports[0]?.endpoints,
  ).toEqual([]);
  expect(
    compileWith('v2', made(SHOP), made(slice('10.0.0.1', 'a'))).model.services.get('default/shop')?.ports[0]
      ?.endpoints,
  ).toHaveLength(1);
});

test('a route made on the platform does not use client certificates of the cluster', () => {
  const transport = `${TRAEFIK}\nkind: ServersTransport\nmetadata: {name: mtls}\nspec: {certificatesSecrets: [held]}`;
  const route = `${TRAEFIK}\nkind: IngressRoute\nmetadata: {name: x}\nspec: {routes: [{match: "PathPrefix(\`/\`)", kind: Rule, services: [{name: shop, port: 80, serversTransport: mtls}]}]}`;
  const others = [own(SHOP), own(transport), own(secret('a: b'))];
  expect(compileWith('v2', made(route), ...others).model.routes[0]?.target).toMatchObject({
    kind: 'none',
    status: 503,
  });
  expect(compileWith('v2', own(route), ...others).model.routes[0]?.target).toMatchObject({ kind: 'service' });
});
