import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getResource } from '@portolan/contract/resources';
import { npmStart } from '../../e2e/running.ts';
import { until } from '../../e2e/until.ts';
import type { BenchReport } from '../bench.ts';
import { NAMESPACE, SETS, type ClusterWriter } from './cluster-objects.ts';
import { percentile } from '../percentile.ts';

const CHANGES = 40;
const SHOWN_MS = 120_000;
const recorder = pathToFileURL(
  join(import.meta.dirname, '../../kubernetes/capture/record-sent-bytes.ts'),
).href;

/** A whole system on the cluster: when the platform shows a change, and what the report of one costs. */
export async function measureOnPlatform(
  kubeconfig: string,
  directory: string,
  writer: ClusterWriter,
): Promise<BenchReport> {
  const sent = join(directory, 'sent');
  const system = await npmStart(['--data-dir', join(directory, 'data'), '--kubeconfig', kubeconfig], {
    NODE_OPTIONS: `--import ${recorder}`,
    PORTOLAN_TEST_SENT_BYTES: sent,
  });
  try {
    const params = { workspace: system.ready.workspace };
    const shown = async (index: number, path: string): Promise<boolean> => {
      const key = `Ingress.networking.k8s.io/${NAMESPACE}/route-${index}`;
      const { object } = await system.client.call(getResource, { params, query: { key } });
      return JSON.stringify(object).includes(`"${path}"`);
    };
    await until('the last object is on the platform', SHOWN_MS, () => shown(SETS - 1, `/p-${SETS - 1}`));
    const times: number[] = [];
    for (let change = 0; change < CHANGES; change++) {
      const path = `/shown-${change}`;
      await writer.setPath(7, path);
      const since = performance.now();
      await until(`${path} is on the platform`, SHOWN_MS, () => shown(7, path));
      times.push(performance.now() - since);
    }
    return {
      platform_p99_ms: Math.round(percentile(times, 99)),
      platform_p50_ms: Math.round(percentile(times, 50)),
      ...(await bytesOf(sent)),
    };
  } finally {
    await system.stop();
  }
}

/** Sizes of reports as they were sent: of the snapshot, which is compressed, and before that; and the median of the changes. */
async function bytesOf(sent: string): Promise<BenchReport> {
  const text = await readFile(sent, 'latin1');
  const sizes = (method: string): number[] => {
    const head = `${method} /agent/v1/resources HTTP/1.1\\r\\n(?:[^\\r]+\\r\\n)*?content-length: (\\d+)`;
    return [...text.matchAll(new RegExp(head, 'g'))].map(([, size]) => Number(size));
  };
  // What is compressed is recorded before it is, and begins a report.
  const snapshot = Math.max(
    ...[...text.matchAll(/\{"sequence":\d+,"objects":.*?"problems":/gs)].map(([found]) => found.length),
  );
  const change = percentile(sizes('PATCH'), 50);
  return {
    change_bytes: change,
    snapshot_bytes: snapshot,
    snapshot_bytes_compressed: Math.max(...sizes('PUT')),
    change_to_snapshot: change / snapshot,
  };
}
