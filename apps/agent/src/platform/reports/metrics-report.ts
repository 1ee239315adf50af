import { reportMetrics } from '@portolan/contract/agent-reports';
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
    giveUp: removeOldest,
    sendNext: async (signal) => {
      const batch = await spool.oldest();
      if (batch === null) return false;
      const { counter, points } = batch;
      const body = {
        ...(counter === undefined ? {} : { counter }),
        points: [...points],
        dropped: spool.dropped,
      };
      await callPlatform(uplink, reportMetrics, { body }, signal);
      await spool.remove(batch.name);
      return true;
    },
  });
}
