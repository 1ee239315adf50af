import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { missingGo } from '../interop/go-binary.ts';
import { startControlPlane, type ControlPlane } from '../interop/kubernetes/control-plane.ts';

const AGENT = join(import.meta.dirname, '../../../apps/agent/bin/portolan-agent.js');
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** Why tests on a real control plane are skipped; undefined when they run. Where they are required, a missing Go fails them. */
export const skipReason = skipReasonNow();

function skipReasonNow(): string | undefined {
  if (process.env['PORTOLAN_TEST_REQUIRED']) return undefined;
  return process.env['PORTOLAN_TEST_KUBERNETES']
    ? missingGo()
    : 'building a Kubernetes control plane takes minutes: npm run test:kubernetes';
}

/** A control plane of a test file with its own directory. */
export interface TestCluster extends ControlPlane {
  /** Applies objects as the user `kubectl`, and waits until CRDs among them can be used. */
  apply(...objects: readonly unknown[]): Promise<string>;
  /** Installs the CRDs of generation v2 as the agent prints them. */
  installCrds(): Promise<void>;
}

/** Starts a control plane; `stop` removes everything it kept. */
export async function startCluster(): Promise<TestCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'portolan-kubernetes-'));
  const plane = await startControlPlane(directory);
  const apply = (...objects: readonly unknown[]) =>
    plane.kubectl(
      ['apply', '--server-side', '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
    );
  return {
    ...plane,
    apply,
    async installCrds() {
      await plane.kubectl(['apply', '--server-side', '-f', '-'], await agentCommand('crds'));
      await plane.kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
    },
    async stop() {
      await plane.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Returns what a subcommand of the agent prints. */
export async function agentCommand(...args: readonly string[]): Promise<string> {
  const options = { maxBuffer: OUTPUT_BYTES_MAX };
  const { stdout } = await promisify(execFile)(process.execPath, [AGENT, ...args], options);
  return stdout;
}
