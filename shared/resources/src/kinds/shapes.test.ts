import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { load } from 'js-yaml';
import type { KubernetesObject } from './object.ts';
import { listKinds } from './registry.ts';
import { secretShape, secretValue } from './core-shapes.ts';
import { checkShape } from './shapes.ts';
import { validateObject } from '../validate/validate.ts';

const object = (kind: string, content: string): KubernetesObject => {
  const info = listKinds('v2').find((entry) => entry.kind === kind) ?? expect.fail(kind);
  const apiVersion = `${info.group === '' ? '' : `${info.group}/`}${info.versions[0]}`;
  return {
    apiVersion,
    kind,
    metadata: { name: 'a', namespace: 'n' },
    ...z.looseObject({}).parse(load(content)),
  };
};
const errorsOf = (kind: string, content: string) =>
  checkShape(object(kind, content)).map(({ field, message }) => `${field}: ${message}`);

describe('accepts', () => {
  test.each([
    [
      'Ingress',
      'spec: {ingressClassName: c, defaultBackend: {service: {name: s, port: {name: http}}}, tls: [{hosts: [a], secretName: t}], rules: [{host: a, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: s, port: {number: 80}}}}]}}]}',
    ],
    ['IngressClass', 'spec: {controller: c}'],
    [
      'IngressRoute',
      'spec: {entryPoints: [web], routes: [{kind: Rule, match: "Host(`a`)", priority: 10, syntax: v2, middlewares: [{name: m}], services: [{name: s, port: http, weight: 1, sticky: {cookie: {name: c}}}, {kind: TraefikService, name: w}]}], tls: {secretName: s}}',
    ],
    ['Middleware', 'spec: {headers: {customRequestHeaders: {A: b}, stsSeconds: 1}}'],
    ['Middleware', 'spec: {plugin: {anything: {at: all}}}'],
    ['TraefikService', 'spec: {mirroring: {name: s, port: 80, mirrors: [{name: t, port: 80, percent: 10}]}}'],
    [
      'TLSOption',
      'spec: {minVersion: VersionTLS12, clientAuth: {clientAuthType: RequireAndVerifyClientCert}}',
    ],
    ['TLSStore', 'spec: {defaultCertificate: {secretName: s}}'],
    ['ServersTransport', 'spec: {serverName: a, forwardingTimeouts: {dialTimeout: 42s}}'],
    ['Service', 'spec: {clusterIP: None, ports: [{port: 80, targetPort: http, protocol: TCP}]}'],
    [
      'EndpointSlice',
      '{addressType: IPv4, endpoints: [{addresses: [10.0.0.1], conditions: {ready: null}}], ports: [{name: "", port: 80}]}',
    ],
    ['Endpoints', 'subsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 80}]}]'],
    ['Secret', '{type: Opaque, data: {a: aGk=}, stringData: {b: c}}'],
    ['ConfigMap', '{data: {anything: goes}}'],
  ])('%s %s', (kind, content) => {
    expect(errorsOf(kind, content)).toEqual([]);
  });
});

describe('refuses', () => {
  test.each([
    ['Ingress', '{}', 'spec: Required value'],
    [
      'Ingress',
      'spec: {rules: [{http: {paths: [{path: a, pathType: Glob, backend: {service: {port: {number: 0}}}}]}}]}',
      'spec.rules[0].http.paths[0].path: Invalid value: "a": must be an absolute path',
      'spec.rules[0].http.paths[0].pathType: Unsupported value: "Glob": supported values: "Exact", "Prefix", "ImplementationSpecific"',
      'spec.rules[0].http.paths[0].backend.service.name: Required value',
      'spec.rules[0].http.paths[0].backend.service.port.number: Invalid value: 0: must be between 1 and 65535, inclusive',
    ],
    [
      'IngressRoute',
      'spec: {routes: [{services: web}]}',
      'spec.routes[0].match: Required value',
      'spec.routes[0].services: Invalid value: "string": spec.routes[0].services in body must be of type array: "string"',
    ],
    [
      'IngressRoute',
      'spec: {routes: [{match: a, services: [{name: s, port: 0}]}]}',
      'spec.routes[0].services[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
    ],
    ['Middleware', 'spec: {stripPrefix: {}}', 'spec.stripPrefix.prefixes: Required value'],
    [
      'Service',
      'spec: {ports: [{port: http}]}',
      'spec.ports[0].port: Invalid value: "string": spec.ports[0].port in body must be of type number: "string"',
    ],
    ['Secret', 'data: {a: "not base64"}', 'data.a: Invalid value: illegal base64 data'],
    ['EndpointSlice', '{}', 'addressType: Required value'],
  ])('%s %s', (kind, content, ...errors) => {
    expect(errorsOf(kind, content)).toEqual(errors);
  });

  test('with the errors of the metadata', () => {
    const service = { ...object('Service', 'spec: {ports: [{}]}'), metadata: { name: 'A' } };
    expect(validateObject(service).errors.map(({ field }) => field)).toEqual([
      'metadata.name',
      'metadata.namespace',
      'spec.ports[0].port',
    ]);
  });
});

test('a value of a Secret is found in clear and in base64', () => {
  const secret = secretShape.parse(
    object('Secret', '{data: {a: aGk=, b: aGk=, lines: "aG\\r\\nk=\\n"}, stringData: {b: there}}'),
  );
  expect(['a', 'b', 'c', 'lines'].map((key) => secretValue(secret, key)?.toString())).toEqual([
    'hi',
    'there',
    undefined,
    'hi',
  ]);
});
