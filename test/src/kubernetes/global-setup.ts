import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { goBinary, missingGo } from '../interop/go-binary.ts';
import { startControlPlane } from '../interop/kubernetes/control-plane.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** File that reaches the cluster of this run as its administrator. */
    kubeconfig: string;
    /** Program that runs kubectl as `PROGRAM kubectl ...`. */
    kubectl: string;
    /** Whether cluster IPs are loopback addresses of this machine; another cluster cannot reach what listens here. */
    hasLoopbackServices: boolean;
  }
}

/**
 * Starts one control plane for the whole suite, or takes the cluster that `KUBECONFIG_TEST` names. Where neither can be had the
 * run fails: the suite only runs when it was asked for.
 */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const reason = missingGo();
  if (reason !== undefined && !process.env['CONTROLPLANE_BIN'])
    throw new Error(`the Kubernetes suite needs Go or a ready program in CONTROLPLANE_BIN: ${reason}`);
  provide('kubectl', await goBinary('controlplane'));
  const given = process.env['KUBECONFIG_TEST'];
  provide('hasLoopbackServices', !given);
  if (given) {
    provide('kubeconfig', given);
    return async () => {};
  }
  const directory = await mkdtemp(join(tmpdir(), 'portolan-kubernetes-'));
  const cluster = await startControlPlane(directory);
  provide('kubeconfig', cluster.kubeconfig);
  return async () => {
    await cluster.stop();
    await rm(directory, { recursive: true, force: true });
  };
}
