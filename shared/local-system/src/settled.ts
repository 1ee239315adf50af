import { createClient } from '@portolan/contract/client';
import { getCluster } from '@portolan/contract/clusters';
import type { SystemDetails } from './parts.ts';

const pollMs = 100;

/** Waits until the agent holds all its tunnels and has applied what the platform wants of it. */
export async function waitUntilSettled(
  system: SystemDetails,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const client = createClient({
    baseUrl: system.platform,
    token: system.bootstrap.adminToken,
    origin: 'cli',
  });
  const params = { workspace: system.bootstrap.workspace, cluster: system.bootstrap.clusterId };
  const until = performance.now() + timeoutMs;
  while (!signal.aborted && performance.now() < until) {
    const { tunnels, revision, counts } = await client.call(getCluster, { params }, signal);
    const isSettled =
      tunnels.live >= tunnels.wanted &&
      counts.resources > 0 &&
      revision.applied !== null &&
      revision.applied >= revision.desired;
    if (isSettled) return true;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return false;
}
