import { setTimeout as delay } from 'node:timers/promises';
import { PlatformError } from '@portolan/contract/client';
import { getClusterSync, type ClusterSync } from '@portolan/contract/changes';
import { getResource } from '@portolan/contract/resources';
import { Failure } from '@portolan/console/failure';
import type { Session } from '@portolan/console/kinds/kind';
import { tell, type Io } from '../terminal/io.ts';

const POLL_MS = 250;

export interface Wait {
  readonly timeoutMs: number;
  /** Says whether to go on, and what is missing still. */
  readonly probe: () => Promise<{ readonly done: boolean; readonly missing: string }>;
}

/** Asks again and again until it is so; fails with what is missing when the time is over. */
export async function waitUntil({ timeoutMs, probe }: Wait): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const { done, missing } = await probe();
    if (done) return;
    if (Date.now() >= end)
      throw new Failure(
        `Timed out after ${timeoutMs / 1000} s: ${missing}.`,
        'Wait longer with --timeout, or see: portolan rollout status --watch=false',
      );
    await delay(Math.min(POLL_MS, Math.max(1, end - Date.now())));
  }
}

export interface Wanted {
  readonly keys: readonly string[];
  readonly cluster: string | undefined;
  readonly timeoutMs: number;
  readonly state: 'synced' | 'deleted';
}

/** Waits until a cluster serves these objects, or until they are gone. */
export async function waitForObjects(session: Session, io: Io, wanted: Wanted): Promise<number> {
  const open = new Set(wanted.keys);
  await waitUntil({
    timeoutMs: wanted.timeoutMs,
    async probe() {
      for (const key of open) {
        const state = await stateOf(session, key, wanted.cluster);
        if (state === 'refused' && wanted.state === 'synced')
          throw await refused(session, key, wanted.cluster);
        if (state !== wanted.state) continue;
        open.delete(key);
        tell(io, `${key} ${state}`);
      }
      const [first = ''] = open;
      return {
        done: open.size === 0,
        missing: `${first}${open.size > 1 ? ` and ${open.size - 1} more are` : ' is'} not ${wanted.state}`,
      };
    },
  });
  return 0;
}

async function stateOf(
  { client, workspace }: Session,
  key: string,
  cluster: string | undefined,
): Promise<'synced' | 'pending' | 'refused' | 'deleted'> {
  const query = { key, ...(cluster === undefined ? {} : { cluster }) };
  try {
    return (await client.call(getResource, { params: { workspace }, query })).state;
  } catch (error) {
    if (error instanceof PlatformError && error.code === 'not-found') return 'deleted';
    throw error;
  }
}

async function refused(session: Session, key: string, cluster: string | undefined): Promise<Failure> {
  const { client, workspace } = session;
  const query = { key, ...(cluster === undefined ? {} : { cluster }) };
  const { clusterId, cluster: name } = await client.call(getResource, { params: { workspace }, query });
  const sync = await client.call(getClusterSync, { params: { workspace, cluster: clusterId } });
  const reasons = reasonsOf(sync.objects.find((one) => one.key === key));
  return new Failure(`Cluster ${name} refuses ${key}: ${reasons}`, 'Correct it and apply it again.');
}

export function reasonsOf(object: ClusterSync['objects'][number] | undefined): string {
  const texts = (object?.reasons ?? []).map(({ field, message, fix }) =>
    [field === null ? message : `${field}: ${message}`, fix].filter((part) => part !== null).join('; '),
  );
  return texts.join(' ') || 'it says no reason.';
}
