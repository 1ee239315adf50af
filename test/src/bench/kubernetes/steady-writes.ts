import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installableCrds } from '@portolan/resources/crds/installable';
import { startControlPlane } from '../../interop/kubernetes/control-plane.ts';
import { traefikCrdsFile } from '../../interop/traefik/crds-file.ts';
import { measureSteadyState } from '../../kubernetes/steady-state.ts';
import type { BenchReport } from '../bench.ts';

const APIS = 10_000;
const DEADLINE_MS = 30 * 60_000;

/** Measures what an agent writes to a cluster with 10,000 APIs in which nothing changes, by the audit log of the API server. */
export async function measureSteadyWrites(parent: string): Promise<BenchReport> {
  const directory = join(parent, 'steady');
  await mkdir(join(directory, 'plane'), { recursive: true });
  const auditLog = join(directory, 'audit.log');
  const plane = await startControlPlane(join(directory, 'plane'), { auditLog });
  try {
    const crds = { apiVersion: 'v1', kind: 'List', items: installableCrds('v2') };
    await plane.kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(crds));
    await plane.kubectl(['apply', '--server-side', '-f', await traefikCrdsFile()]);
    await plane.kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
    const { settlingWrites, steadyWrites } = await measureSteadyState(plane, auditLog, {
      apis: APIS,
      directory,
      deadlineMs: DEADLINE_MS,
    });
    return { settling_writes: settlingWrites, steady_writes: steadyWrites.length };
  } finally {
    await plane.stop();
  }
}
