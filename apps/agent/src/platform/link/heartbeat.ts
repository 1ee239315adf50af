import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import { reportHeartbeat, type heartbeat } from '@portolan/contract/agent';
import { callPlatform, type Uplink } from '../uplink/uplink.ts';

const EACH_MS = 10_000;
const RETRY_MS = 1_000;

/** Sends the agent's health to the platform at intervals until the signal aborts. Lost connections are reported elsewhere. */
export async function sendHeartbeats(
  uplink: Uplink,
  read: () => z.input<typeof heartbeat>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const attempt = AbortSignal.any([signal, AbortSignal.timeout(EACH_MS)]);
    const waitMs = await callPlatform(uplink, reportHeartbeat, { body: read() }, attempt).then(
      () => EACH_MS,
      () => RETRY_MS,
    );
    await delay(waitMs, undefined, { signal }).catch(() => {});
  }
}
