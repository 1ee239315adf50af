import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmStart, type Running } from '../e2e/running.ts';

/** A whole system with an empty workspace and one Service that responds. */
export interface ConsoleSystem extends Running {
  readonly password: string;
  /** The platform's own directory, with its database. */
  readonly dataDir: string;
  close(): Promise<void>;
}

/** Starts a system as `npm start` does, whose resources directory holds a Service `hello` in the namespace `default` and nothing else. */
export async function startConsoleSystem(): Promise<ConsoleSystem> {
  const directory = await mkdtemp(join(tmpdir(), 'portolan-console-'));
  const resources = join(directory, 'manifests');
  await mkdir(resources);
  const upstream = createServer((_request, response) => response.end('hello\n')).listen(0, '127.0.0.1');
  await new Promise((resolve) => upstream.once('listening', resolve));
  const { port } = upstream.address() as AddressInfo;
  await writeFile(join(resources, 'hello.yaml'), serviceOn(port));
  const system = await npmStart(['--data-dir', join(directory, 'data'), '--resources', resources]);
  const password = (await readFile(system.ready.adminPasswordFile, 'utf8')).trim();
  return {
    ...system,
    password,
    dataDir: join(directory, 'data', 'platform'),
    async close() {
      await system.stop();
      upstream.close();
      upstream.closeAllConnections();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function serviceOn(port: number): string {
  return `apiVersion: v1
kind: Service
metadata: { name: hello, namespace: default }
spec:
  ports: [{ name: http, port: 80, targetPort: ${port} }]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: hello-1
  namespace: default
  labels: { kubernetes.io/service-name: hello }
addressType: FQDN
ports: [{ name: http, port: ${port}, protocol: TCP }]
endpoints:
  - addresses: [127.0.0.1]
    conditions: { ready: true }
`;
}
