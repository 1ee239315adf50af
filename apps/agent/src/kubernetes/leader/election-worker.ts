/** Renews the lease in a worker thread with its own connections, so that work on the main thread cannot delay it. */
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { KubeClient } from '../client/kube-client.ts';
import { openConnection } from '../client/open-connection.ts';
import { LEASE_NAME } from '../rights/own-names.ts';
import type { ElectionData, ElectionReport } from './election-messages.ts';
import { Elector, TIMING } from './elector.ts';
import { LeaseDeadline } from './lease-deadline.ts';
import { LeaseStore } from './lease-store.ts';

const { cluster, namespace, identity, memory } = workerData as ElectionData;
const deadline = new LeaseDeadline(memory);
const stopping = new AbortController();
parentPort?.once('message', () => stopping.abort());

let isHeld = false;
let holder = '';

function report(message: ElectionReport): void {
  parentPort?.postMessage(message, []);
}

function setHeld(now: boolean, why = ''): void {
  if (now === isHeld) return;
  isHeld = now;
  if (!now) deadline.end();
  report(now ? { type: 'held' } : { type: 'lost', why });
}

async function attempt(elector: Elector): Promise<void> {
  try {
    const result = await elector.attempt();
    if (result.heldSinceMs !== null) deadline.extend(result.heldSinceMs);
    setHeld(result.heldSinceMs !== null, `${result.holder || 'another replica'} holds the lease`);
    if (result.holder !== holder) report({ type: 'holder', holder: result.holder });
    holder = result.holder;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    report({ type: 'unreachable', why });
    if (deadline.leftMs() === 0) setHeld(false, why);
  }
}

async function compete(client: KubeClient): Promise<void> {
  const elector = new Elector(new LeaseStore(client, namespace, LEASE_NAME), identity);
  while (!stopping.signal.aborted) {
    await attempt(elector);
    // Replicas that started together do not stay in step.
    const waitMs = isHeld ? TIMING.renewEveryMs : TIMING.lookEveryMs * (0.75 + Math.random() / 2);
    await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
  }
  deadline.end();
  if (isHeld)
    await elector.release().catch((error: unknown) => report({ type: 'unreachable', why: String(error) }));
}

/** The kubeconfig or the files of the pod may be unreadable for a while. */
async function connect(): Promise<KubeClient | null> {
  while (!stopping.signal.aborted) {
    try {
      return new KubeClient(await openConnection(cluster));
    } catch (error) {
      report({ type: 'unreachable', why: error instanceof Error ? error.message : String(error) });
      await delay(TIMING.renewEveryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }
  return null;
}

const client = await connect();
if (client !== null) await compete(client).finally(() => client.close());
report({ type: 'released' });
