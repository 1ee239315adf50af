import { METRICS_PATH } from '@portolan/contract/agent';
import { Outbox } from '../uplink/outbox.ts';
import { callPlatform, type Uplink } from '../uplink/uplink.ts';
import type { AgentLogger } from '../../logger.ts';
import type { MetricsSpool } from '../../metrics/spool.ts';

/** Sends spooled minutes, oldest first; a batch leaves the disk only once the platform has it. */
export function metricsOutbox(spool: MetricsSpool, uplink: Uplink, log: AgentLogger): Outbox {
  const removeOldest = async (): Promise<void> => {
    const batch = await spool.oldest();
    if (batch !== null) await spool.remove(batch.name);
  };
  return new Outbox({
    log,
    what: 'metrics',
    giveUp: async (refusal) => {
      if (refusal.status === 400 || refusal.status === 413 || refusal.status === 422) await removeOldest();
    },
    sendNext: async (signal) => {
      const batch = await spool.oldest();
      if (batch === null) return false;
      const body = { points: batch.points, dropped: spool.dropped };
      await callPlatform(uplink, { method: 'POST', path: METRICS_PATH, body, signal });
      await spool.remove(batch.name);
      return true;
    },
  });
}
