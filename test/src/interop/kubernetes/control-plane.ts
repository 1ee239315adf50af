import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { until } from '../../e2e/until.ts';
import { goBinary } from '../go-binary.ts';

const READY_MS = 120_000;
/** Cluster IPs are loopback addresses, which a test's own server can listen on. */
const SERVICE_RANGE = '127.96.0.0/16';

export interface ControlPlaneOptions {
  /** File for one line of JSON (`audit.k8s.io/v1` Event) for each request: who asked for what, and the response code. */
  readonly auditLog?: string;
}

/** A running etcd and API server, without nodes. */
export interface ControlPlane {
  readonly url: string;
  /** Bearer token of a member of system:masters. */
  readonly token: string;
  readonly caFile: string;
  readonly kubeconfig: string;
  /** Runs kubectl with text on its standard input. @throws Error with what it printed. */
  kubectl(args: readonly string[], input?: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts Kubernetes' API server on free ports of 127.0.0.1, with `directory` for its state and logs. Loopback addresses are not
 * allowed in EndpointSlices of type IPv4: use type FQDN with the address as name.
 */
export async function startControlPlane(
  directory: string,
  { auditLog }: ControlPlaneOptions = {},
): Promise<ControlPlane> {
  const binary = await goBinary('controlplane');
  const [port = 0, etcd = 0, peer = 0] = await freePorts(3);
  const url = `https://127.0.0.1:${port}`;
  const token = randomBytes(16).toString('hex');
  const pki = join(directory, 'pki');
  await mkdir(pki, { recursive: true, mode: 0o700 });
  await writeFile(join(directory, 'tokens.csv'), `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(join(pki, 'sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(join(pki, 'sa.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const children: ChildProcess[] = [];
  const stop = async () => {
    // Nothing is kept, so the processes are ended at once; a graceful stop takes ten seconds.
    await Promise.all(children.map(endProcess));
  };
  try {
    children.push(
      await startProcess(binary, etcdArguments(directory, etcd, peer), join(directory, 'etcd.log')),
    );
    await until('etcd', READY_MS, async () => (await fetch(`http://127.0.0.1:${etcd}/health`)).ok);
    const args = apiServerArguments(directory, port, etcd);
    if (auditLog !== undefined) args.push(...(await auditArguments(directory, auditLog)));
    children.push(await startProcess(binary, args, join(directory, 'kube-apiserver.log')));
    await until('the API server', READY_MS, async () => (await statusOf(`${url}/readyz`)) === 200);
  } catch (error) {
    await stop();
    throw error;
  }
  const caFile = join(pki, 'ca.crt');
  // The file holds the serving certificate, then the authority that signed it.
  const [, authority = ''] = (await readFile(join(pki, 'apiserver.crt'), 'utf8')).split(/(?=-----BEGIN)/);
  await writeFile(caFile, authority);
  const kubeconfig = join(directory, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigOf(url, token, authority), { mode: 0o600 });
  const kubectl = (args: readonly string[], input = '') =>
    runToEnd(binary, ['kubectl', '--kubeconfig', kubeconfig, ...args], input);
  return { url, token, caFile, kubeconfig, kubectl, stop };
}

/** Returns ports of 127.0.0.1 that were free a moment ago. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** Starts a process that writes what it logs to a file. */
export async function startProcess(
  binary: string,
  args: readonly string[],
  logFile: string,
): Promise<ChildProcess> {
  const log = await open(logFile, 'a');
  const child = spawn(binary, args, { stdio: ['ignore', log.fd, log.fd] });
  await once(child, 'spawn');
  await log.close();
  return child;
}

/** Ends a process and resolves when it is gone. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

function etcdArguments(directory: string, client: number, peer: number): string[] {
  const [clientUrl, peerUrl] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
  return [
    'etcd',
    '--name=test',
    `--data-dir=${join(directory, 'etcd')}`,
    '--unsafe-no-fsync',
    // Without it, bookmarks of idle watches come or not by chance.
    '--watch-progress-notify-interval=5s',
    `--listen-client-urls=${clientUrl}`,
    `--advertise-client-urls=${clientUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=test=${peerUrl}`,
    '--log-level=warn',
  ];
}

function apiServerArguments(directory: string, port: number, etcd: number): string[] {
  const pki = join(directory, 'pki');
  return [
    'kube-apiserver',
    `--etcd-servers=http://127.0.0.1:${etcd}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    '--advertise-address=127.0.0.1',
    // The default reconciler refuses a loopback address.
    '--endpoint-reconciler-type=none',
    `--cert-dir=${pki}`,
    `--token-auth-file=${join(directory, 'tokens.csv')}`,
    '--authorization-mode=Node,RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(pki, 'sa.pub')}`,
    `--service-account-signing-key-file=${join(pki, 'sa.key')}`,
    `--service-cluster-ip-range=${SERVICE_RANGE}`,
    '--profiling=false',
  ];
}

async function auditArguments(directory: string, log: string): Promise<string[]> {
  const policy = join(directory, 'audit-policy.yaml');
  const rules = { apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules: [{ level: 'Metadata' }] };
  await writeFile(policy, JSON.stringify({ ...rules, omitStages: ['RequestReceived'] }));
  return [`--audit-policy-file=${policy}`, `--audit-log-path=${log}`];
}

function kubeconfigOf(url: string, token: string, authority: string): string {
  const certificate = Buffer.from(authority).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: url, 'certificate-authority-data': certificate } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    'current-context': 'test',
  });
}

async function statusOf(url: string): Promise<number> {
  // The authority is not known before the server has made its certificate.
  const req = request(url, { rejectUnauthorized: false, agent: false }).end();
  const [response] = (await once(req, 'response')) as [{ statusCode: number; resume(): void }];
  response.resume();
  return response.statusCode;
}

async function runToEnd(binary: string, args: readonly string[], input: string): Promise<string> {
  const child = spawn(binary, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const ended = once(child, 'close');
  // One that ends before it has read everything says why in its exit code and messages.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`kubectl ${args.slice(1).join(' ')} ended with ${code}: ${errors}`);
  return output;
}
