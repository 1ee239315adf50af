import { describe, expect, it } from 'vitest';
import type { Service } from '../../model/service.ts';
import { compile } from '../test-objects.ts';

const service = (spec: string): string => `
apiVersion: v1
kind: Service
metadata: {name: app}
spec: ${spec}
---
`;
const slice = (name: string, body: string): string => `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}, labels: {kubernetes.io/service-name: app}}
addressType: IPv4
${body}
---
`;

function compiled(yaml: string): Service | undefined {
  return compile(yaml).model.services.get('default/app');
}

describe('endpoints', () => {
  it('come from every slice, ready ones only, by port name', () => {
    const found = compiled(
      service('{ports: [{name: web, port: 80, targetPort: http}, {name: admin, port: 81}]}') +
        slice(
          'a',
          'endpoints: [{addresses: [10.0.0.2]}, {addresses: [10.0.0.3], conditions: {ready: false}}]\nports: [{name: web, port: 8080}, {name: admin, port: 9090}]',
        ) +
        slice(
          'b',
          'endpoints: [{addresses: [10.0.0.1], conditions: {ready: true}}]\nports: [{name: web, port: 8081}]',
        ) +
        slice('c', 'endpoints: [{addresses: [10.0.0.2]}]\nports: [{name: web, port: 8080}]'),
    );
    expect(found?.ports).toEqual([
      {
        name: 'web',
        port: 80,
        endpoints: [
          { host: '10.0.0.1', port: 8081 },
          { host: '10.0.0.2', port: 8080 },
        ],
      },
      { name: 'admin', port: 81, endpoints: [{ host: '10.0.0.2', port: 9090 }] },
    ]);
  });

  it('that serve while they terminate are kept for sticky clients', () => {
    const endpoints =
      'endpoints: [{addresses: [10.0.0.1], conditions: {ready: false, serving: true, terminating: true}}, {addresses: [10.0.0.2], conditions: {ready: false, serving: false}}, {addresses: [10.0.0.3]}]';
    const found = compiled(
      service('{ports: [{port: 80}]}') + slice('a', `${endpoints}\nports: [{port: 80}]`),
    );
    expect(found?.ports[0]?.endpoints).toEqual([
      { host: '10.0.0.1', port: 80, isDraining: true },
      { host: '10.0.0.3', port: 80 },
    ]);
  });

  it('match a port without name to a service port without name', () => {
    const found = compiled(
      service('{ports: [{port: 80}]}') +
        slice('a', 'endpoints: [{addresses: ["2001:db8::1"]}]\nports: [{port: 8080}]'),
    );
    expect(found?.ports).toEqual([
      { name: null, port: 80, endpoints: [{ host: '2001:db8::1', port: 8080 }] },
    ]);
  });

  it('come from Endpoints where there are no slices', () => {
    const endpoints = `
apiVersion: v1
kind: Endpoints
metadata: {name: app}
subsets: [{addresses: [{ip: 10.0.0.9}], notReadyAddresses: [{ip: 10.0.0.8}], ports: [{name: web, port: 8080}]}]
---
`;
    const spec = '{ports: [{name: web, port: 80}]}';
    expect(compiled(service(spec) + endpoints)?.ports[0]?.endpoints).toEqual([
      { host: '10.0.0.9', port: 8080 },
    ]);
    const both = compiled(service(spec) + endpoints + slice('a', 'endpoints: []\nports: []'));
    expect(both?.ports[0]?.endpoints).toEqual([]);
  });

  it('are empty when nothing backs the Service', () => {
    expect(compiled(service('{ports: [{port: 80}]}'))?.ports).toEqual([
      { name: null, port: 80, endpoints: [] },
    ]);
  });
});

describe('ExternalName', () => {
  it('leads to its host on each port', () => {
    expect(compiled(service('{type: ExternalName, externalName: ex.test, ports: [{port: 443}]}'))).toEqual({
      namespace: 'default',
      name: 'app',
      ports: [{ name: null, port: 443, endpoints: [{ host: 'ex.test', port: 443 }] }],
    });
  });

  it('without ports leads to its host on any port', () => {
    expect(compiled(service('{type: ExternalName, externalName: ex.test}'))).toMatchObject({
      ports: [],
      externalName: 'ex.test',
    });
  });

  it('without a host is a problem', () => {
    const { problems } = compile(service('{type: ExternalName}'));
    expect(problems).toMatchObject([
      {
        severity: 'error',
        kind: 'Service',
        name: 'app',
        field: 'spec.externalName',
        file: 'test.yaml',
        line: 2,
      },
    ]);
  });
});
