import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { readIfExists } from '@portolan/process/atomic-file';
import type { Authentication, ClusterConnection } from './connection.ts';

const SERVICE_ACCOUNT_DIR = '/var/run/secrets/kubernetes.io/serviceaccount';
/** The kubelet renews the token in its file long before it ends; client-go reads it again as often. */
const REMEMBERED_MS = 60_000;

interface InClusterOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where the kubelet mounts token, ca.crt and namespace. */
  readonly directory?: string;
}

/**
 * Returns the connection of a pod to its own API server, or null outside of one: the address is in the environment, the rest in
 * files that the kubelet keeps (https://kubernetes.io/docs/tasks/run-application/access-api-from-pod).
 */
export async function inClusterConnection({
  env = process.env,
  directory = SERVICE_ACCOUNT_DIR,
}: InClusterOptions = {}): Promise<ClusterConnection | null> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port) return null;
  if ((await readIfExists(join(directory, 'token'))) === null) return null;
  const namespace = (await readIfExists(join(directory, 'namespace')))?.trim();
  const server = new URL(`https://${isIPv6(host) ? `[${host}]` : host}:${port}`);
  let known: { readonly authentication: Authentication; readonly at: number } | null = null;
  return {
    description: `cluster ${server.origin}`,
    server,
    proxy: null,
    namespace: namespace || 'default',
    async authenticate() {
      if (known !== null && performance.now() - known.at < REMEMBERED_MS) return known.authentication;
      const [token, ca] = await Promise.all([
        readFile(join(directory, 'token'), 'utf8'),
        readFile(join(directory, 'ca.crt')),
      ]);
      const authentication = { headers: { authorization: `Bearer ${token.trim()}` }, tls: { ca } };
      known = { authentication, at: performance.now() };
      return authentication;
    },
    forget() {
      known = null;
    },
  };
}
