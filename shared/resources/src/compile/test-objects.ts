import type { RequestFacts } from '../model/request.ts';
import { loadManifests, type SourcedObject } from '../manifests/load.ts';
import type { Generation } from '../kinds/registry.ts';
import { Compiler, type CompileContext, type CompileResult } from './compiler.ts';

/** Reads objects of a test, in namespace `default` unless they name another. */
export function objects(yaml: string, generation: Generation = 'v2'): readonly SourcedObject[] {
  const { objects: found, problems } = loadManifests(yaml, 'test.yaml', { namespace: 'default', generation });
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return found;
}

/** A context in which the named gateways and edge ingresses have domains: generated first, then custom ones. */
export function context(domains: Readonly<Record<string, readonly string[]>> = {}): CompileContext {
  return {
    domains: new Map(
      Object.entries(domains).map(([name, [generated = null, ...custom]]) => [
        keyOf(name),
        { generated, custom },
      ]),
    ),
    apiAuth: {
      kind: 'apiKey',
      source: { header: 'Authorization', headerAuthScheme: 'Bearer', query: 'api_key' },
    },
  };
}

/** Compiles objects from nothing. */
export function compile(
  yaml: string,
  domains: Readonly<Record<string, readonly string[]>> = {},
): CompileResult {
  return new Compiler({ generation: 'v2' }).update({ upserts: objects(yaml), context: context(domains) });
}

/** Compiles objects of generation v3 from nothing. */
export function compileV3(yaml: string): CompileResult {
  return new Compiler({ generation: 'v3' }).update({ upserts: objects(yaml, 'v3'), context: context() });
}

/** A request with defaults. */
export function request(sent: {
  method?: string;
  scheme?: 'http' | 'https';
  url: string;
  headers?: Readonly<Record<string, string>>;
  clientIp?: string;
}): RequestFacts {
  const [host = '', ...rest] = sent.url.split('/');
  const [path = '', query = ''] = `/${rest.join('/')}`.split('?');
  return {
    method: sent.method ?? 'GET',
    scheme: sent.scheme ?? 'http',
    host,
    path,
    query,
    header: (name) => sent.headers?.[name.toLowerCase()],
    clientIp: sent.clientIp ?? '192.0.2.1',
  };
}

/** `gateway/name`, `portal/name` and `edge/namespace/name` stand for the keys. */
function keyOf(name: string): string {
  const [kind, ...rest] = name.split('/');
  if (kind === 'portal') return `APIPortal.hub.traefik.io//${rest.join('/')}`;
  return kind === 'edge'
    ? `EdgeIngress.hub.traefik.io/${rest.join('/')}`
    : `APIGateway.hub.traefik.io//${rest.join('/')}`;
}

/** A Service with one ready endpoint. */
export const SERVICE = `
apiVersion: v1
kind: Service
metadata: {name: app}
spec: {ports: [{name: web, port: 80}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: app-1, labels: {kubernetes.io/service-name: app}}
addressType: IPv4
endpoints: [{addresses: [10.0.0.1]}]
ports: [{name: web, port: 8080}]
---
`;
