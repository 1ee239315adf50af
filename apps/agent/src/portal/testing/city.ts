import { hashApiKey } from '@portolan/process/api-key-hash';
import { upstream } from '../../gateway/testing/servers.ts';

/** Starts a Service of a city with an OpenAPI document for each API, and manifests that publish them in namespace `city`. */
export async function city(): Promise<{ readonly yaml: string }> {
  const { port } = await upstream((req, res) => {
    const name = /^\/(\w+)\/openapi\.json$/.exec(req.url ?? '')?.[1];
    res.writeHead(200, { 'content-type': 'application/json' });
    res.end(JSON.stringify(name === undefined ? { asked: req.url } : documentOf(name)));
  });
  return { yaml: `${service(port)}${APIS.map(api).join('')}${PORTAL}` };
}

export const APIS = ['stops', 'tickets'];
/** Operations of each API, each with the request that it is. */
export const OPERATIONS = [
  { id: 'list', method: 'GET', path: '/items' },
  { id: 'read', method: 'GET', path: '/items/one' },
  { id: 'create', method: 'POST', path: '/items' },
  { id: 'report', method: 'GET', path: '/reports' },
];
/** Names of the operation sets of each API. */
export const SETS = ['reading', 'items', 'reports'];

function documentOf(name: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const { id, method, path } of OPERATIONS)
    (paths[path] ??= {})[method.toLowerCase()] = {
      operationId: id,
      summary: `${id} ${name}`,
      responses: { 200: { description: 'Done' } },
    };
  return { openapi: '3.1.0', info: { title: name, version: '1' }, servers: [{ url: `/${name}` }], paths };
}

function service(port: number): string {
  return `
apiVersion: v1
kind: Service
metadata: {name: app, namespace: city}
spec: {ports: [{name: http, port: 80}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: app-1, namespace: city, labels: {kubernetes.io/service-name: app}}
addressType: IPv4
ports: [{name: http, port: ${port}, protocol: TCP}]
endpoints: [{addresses: [127.0.0.1], conditions: {ready: true}}]
`;
}

function api(name: string): string {
  const sets = `[
    {name: reading, matchers: [{methods: [GET]}]},
    {name: items, matchers: [{pathPrefix: /${name}/items}]},
    {name: reports, matchers: [{path: /${name}/reports}]}
  ]`;
  return (
    hub('API', name, `{openApiSpec: {path: /${name}/openapi.json, operationSets: ${sets}}}`) +
    `
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: ${name}, namespace: city, annotations: {hub.traefik.io/api: ${name}}}
spec:
  routes:
    - match: Host(\`api.localhost\`) && PathPrefix(\`/${name}\`)
      kind: Rule
      services: [{name: app, port: 80}]
`
  );
}

const PORTAL = hub(
  'APIPortal',
  'main',
  '{title: City, description: APIs of a city, trustedUrls: ["http://portal.localhost"]}',
);

/** One object of hub.traefik.io in namespace `city`. */
export function hub(kind: string, name: string, spec: string, annotations = ''): string {
  return `
---
apiVersion: hub.traefik.io/v1alpha1
kind: ${kind}
metadata: {name: ${name}, namespace: city${annotations === '' ? '' : `, annotations: {${annotations}}`}}
spec: ${spec}
`;
}

/** Returns an application with the key `NAME-key`. */
export function application(name: string, owner: string, appId = `${name}-id`): string {
  const keys = `[{title: main, value: ${hashApiKey(`${name}-key`)}}]`;
  return hub('ManagedApplication', name, `{appId: ${appId}, owner: ${owner}, apiKeys: ${keys}}`);
}
