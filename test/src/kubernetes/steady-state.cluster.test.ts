import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startControlPlane, type ControlPlane } from '../interop/kubernetes/control-plane.ts';
import { traefikCrdsFile } from '../interop/traefik/crds-file.ts';
import { agentCommand } from './cluster.ts';
import { measureSteadyState } from './steady-state.ts';

const APIS = 200;
const STORY_MS = 600_000;

let directory: string;
let plane: ControlPlane;
const auditLog = () => join(directory, 'audit.log');

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-steady-'));
  await mkdir(join(directory, 'plane'));
  // A cluster of its own: whatever else is written would be counted.
  plane = await startControlPlane(join(directory, 'plane'), { auditLog: auditLog() });
  await plane.kubectl(['apply', '--server-side', '-f', '-'], await agentCommand('crds'));
  await plane.kubectl(['apply', '--server-side', '-f', await traefikCrdsFile()]);
  await plane.kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
});
afterAll(async () => {
  await plane?.stop();
  await rm(directory, { recursive: true, force: true });
});

test(
  'nothing is written while nothing changes, not even by a replica that starts with an empty disk',
  async () => {
    const { settlingWrites, steadyWrites } = await measureSteadyState(plane, auditLog(), {
      apis: APIS,
      directory,
      deadlineMs: STORY_MS,
    });
    // Each API has its status and each guarded Ingress its annotation.
    expect(settlingWrites).toBeGreaterThanOrEqual(APIS + APIS / 10);
    expect(steadyWrites).toEqual([]);
  },
  STORY_MS,
);
