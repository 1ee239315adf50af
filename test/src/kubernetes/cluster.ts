import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { traefikCrdsFile } from '../interop/traefik/crds-file.ts';

/** Program of the agent. */
export const AGENT = join(import.meta.dirname, '../../../apps/agent/bin/portolan-agent.js');
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** Runs kubectl as the administrator of the cluster under test. @throws Error with what it printed to stderr. */
export async function kubectl(args: readonly string[], input = ''): Promise<string> {
  const child = spawn(inject('kubectl'), ['kubectl', '--kubeconfig', inject('kubeconfig'), ...args]);
  // One that ends before it has read everything prints why.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${String(code)}: ${errors}`);
  return output;
}

/** Applies objects server-side, as the field manager `kubectl`. */
export async function apply(...objects: readonly unknown[]): Promise<void> {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  await kubectl(['apply', '--server-side', '-f', '-'], list);
}

/** Installs the CRDs of generation v2 as the agent prints them, and waits until they can be used. */
export async function installCrds(): Promise<void> {
  await kubectl(['apply', '--server-side', '-f', '-'], await agentCommand('crds'));
  await kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
}

/** Installs the CRDs of Traefik Proxy, and waits until they can be used. */
export async function installTraefikCrds(): Promise<void> {
  await kubectl(['apply', '--server-side', '-f', await traefikCrdsFile()]);
  await kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
}

/** Returns what a subcommand of the agent prints. */
export async function agentCommand(...args: readonly string[]): Promise<string> {
  const options = { maxBuffer: OUTPUT_BYTES_MAX };
  const { stdout } = await promisify(execFile)(process.execPath, [AGENT, ...args], options);
  return stdout;
}

/** Returns a namespace to apply. */
export function namespace(name: string): unknown {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}
