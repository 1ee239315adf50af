import { hashApiKey } from '@portolan/process/api-key-hash';
import { Compiler } from '@portolan/resources/compile/compiler';
import { objectKey } from '@portolan/resources/kinds/object';
import { loadManifests } from '@portolan/resources/manifests/load';
import { ask, echo, startGateway, type Answer, type Question, type RunningGateway } from './servers.ts';

/** A Service of an upstream, in namespace `city`. */
const SERVICE = `
apiVersion: v1
kind: Service
metadata: {name: app, namespace: city}
spec: {ports: [{name: http, port: 80}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: app-1, namespace: city, labels: {kubernetes.io/service-name: app}}
addressType: IPv4
ports: [{name: http, port: {port}, protocol: TCP}]
endpoints: [{addresses: [127.0.0.1], conditions: {ready: true}}]
`;

/** One object of hub.traefik.io in namespace `city`; `metadata` is added to its name. */
export function object(kind: string, name: string, spec: string, metadata = ''): string {
  return `
---
apiVersion: hub.traefik.io/v1alpha1
kind: ${kind}
metadata: {name: ${name}, namespace: city${metadata === '' ? '' : `, ${metadata}`}}
spec: ${spec}
`;
}

/** Returns an IngressRoute to the Service, with annotations and with further fields of its route. */
export function ingressRoute(name: string, match: string, annotations: string, more = ''): string {
  return `
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: ${name}, namespace: city, annotations: {${annotations}}}
spec:
  routes:
    - match: ${match}
      kind: Rule
      services: [{name: app, port: 80}]
${more}`;
}

/** Returns a ManagedApplication `name` with id `name-id` and key `name-key`. */
export function application(name: string, { key = '', labels = '' } = {}): string {
  const keys = `[{value: ${hashApiKey(`${name}-key`)}${key}}]`;
  const spec = `{appId: ${name}-id, owner: ada@example.test, apiKeys: ${keys}}`;
  return object('ManagedApplication', name, spec, labels === '' ? '' : `labels: {${labels}}`);
}

/** Returns an API, and an IngressRoute of that name for it. */
export function api(name: string, spec = '{}', metadata = ''): string {
  return (
    object('API', name, spec, metadata) +
    ingressRoute(name, `PathPrefix(\`/${name}\`)`, `hub.traefik.io/api: ${name}`)
  );
}

export interface V3Cluster extends RunningGateway {
  /** Replaces all manifests; returns the problems, each as one line. */
  apply(yaml: string): readonly string[];
  readonly problems: readonly string[];
  ask(question: Question): Promise<Answer>;
  /** Returns status, X-Ratelimit-Remaining and X-Quota-Remaining of a GET with a key. */
  get(path: string, key: string | null): Promise<string>;
}

/** Returns an IngressRoute for every path, with a Middleware `m` that has a plugin, by its options as YAML. */
export function pluginRoute(plugin: string): string {
  return `
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: m, namespace: city}
spec: {plugin: ${plugin}}
${ingressRoute('all', 'PathPrefix(`/`)', '', '      middlewares: [{name: m}]')}`;
}

/** Starts a gateway with manifests of generation v3 before a server, one that echoes requests unless named. */
export async function startV3(yaml: string, server?: { readonly port: number }): Promise<V3Cluster> {
  const up = server ?? (await echo());
  const compiler = new Compiler({ generation: 'v3' });
  let known = new Set<string>();
  const compile = (text: string) => {
    const manifests = (SERVICE + text).replaceAll('{port}', String(up.port));
    const { objects, problems } = loadManifests(manifests, 'test.yaml', { generation: 'v3' });
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    const keys = new Set(objects.map((each) => objectKey(each.object)));
    const result = compiler.update({ upserts: objects, deletes: [...known].filter((key) => !keys.has(key)) });
    known = keys;
    return {
      model: result.model,
      problems: result.problems.map(
        ({ kind, name, field, message }) => `${kind} ${name} ${field}: ${message}`,
      ),
    };
  };
  const first = compile(yaml);
  const running = await startGateway(first.model);
  return {
    ...running,
    problems: first.problems,
    apply(text) {
      const { model, problems } = compile(text);
      running.gateway.swap(model);
      return problems;
    },
    ask: (question) => ask(running.port, question),
    async get(path, key) {
      const authorization: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
      const { status, headers } = await ask(running.port, { path, headers: authorization });
      const [rate, quota] = [headers['x-ratelimit-remaining'], headers['x-quota-remaining']];
      return [
        String(status),
        ...(rate === undefined ? [] : [`rate ${String(rate)}`]),
        ...(quota === undefined ? [] : [`quota ${String(quota)}`]),
      ].join(', ');
    },
  };
}
