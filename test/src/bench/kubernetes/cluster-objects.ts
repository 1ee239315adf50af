import { readFile } from 'node:fs/promises';
import { Pool } from 'undici';
import type { ControlPlane } from '../../interop/kubernetes/control-plane.ts';

export const NAMESPACE = 'default';
/** Services, EndpointSlices and Ingresses. */
export const SETS = 3_333;
const CONNECTIONS = 16;

const INGRESSES = `/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/ingresses`;
const SERVICES = `/api/v1/namespaces/${NAMESPACE}/services`;
const SLICES = `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices`;

/** Writes to the API server of a benchmark. */
export interface ClusterWriter {
  /** Creates 3,333 routes, each with its Service and EndpointSlice. */
  createAll(): Promise<void>;
  /** Gives a route another path. */
  setPath(index: number, path: string): Promise<void>;
  close(): Promise<void>;
}

export async function openWriter({ url, token, caFile }: ControlPlane): Promise<ClusterWriter> {
  const pool = new Pool(url, { connections: CONNECTIONS, connect: { ca: await readFile(caFile) } });
  const send = async (method: 'POST' | 'PATCH', path: string, body: unknown, type = 'application/json') => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': type };
    const response = await pool.request({ method, path, headers, body: JSON.stringify(body) });
    const text = await response.body.text();
    if (response.statusCode >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
  };
  return {
    async createAll() {
      let next = 0;
      const worker = async (): Promise<void> => {
        for (let index = next++; index < SETS; index = next++) {
          await send('POST', SERVICES, service(index));
          await send('POST', SLICES, endpointSlice(index));
          await send('POST', INGRESSES, ingress(index));
        }
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, worker));
    },
    setPath: (index, path) =>
      send(
        'PATCH',
        `${INGRESSES}/route-${index}`,
        { spec: rules(index, path) },
        'application/merge-patch+json',
      ),
    close: () => pool.close(),
  };
}

function service(index: number): unknown {
  const metadata = { name: `service-${index}`, namespace: NAMESPACE };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { clusterIP: 'None', ports: [{ name: 'http', port: 80 }] },
  };
}

function endpointSlice(index: number): unknown {
  const labels = { 'kubernetes.io/service-name': `service-${index}` };
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `service-${index}-1`, namespace: NAMESPACE, labels },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080 }],
    // Not ready: that a route is there shows as 503, that it is not as 404.
    endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: false, serving: false } }],
  };
}

function ingress(index: number): unknown {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: `route-${index}`, namespace: NAMESPACE },
    spec: { ingressClassName: 'portolan', ...(rules(index, `/p-${index}`) as object) },
  };
}

function rules(index: number, path: string): unknown {
  const backend = { service: { name: `service-${index}`, port: { name: 'http' } } };
  return { rules: [{ http: { paths: [{ path, pathType: 'Exact', backend }] } }] };
}
