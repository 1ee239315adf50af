import type { z } from 'zod';
import { confirmState, type appliedState } from '@portolan/contract/desired-state';
import { Outbox } from '../uplink/outbox.ts';
import { callPlatform, type Uplink } from '../uplink/uplink.ts';
import type { AgentLogger } from '../../logger.ts';

type Applied = z.input<typeof appliedState>;

/** Reports the applied revision to the platform, once for each revision; only the newest is sent. */
export class AppliedReport {
  readonly outbox: Outbox;
  #waiting: Applied | null = null;

  constructor(uplink: Uplink, log: AgentLogger) {
    this.outbox = new Outbox({
      log,
      what: 'applied revisions',
      giveUp: async () => {
        this.#waiting = null;
      },
      sendNext: async (signal) => {
        const applied = this.#waiting;
        if (applied === null) return false;
        await callPlatform(uplink, confirmState, { body: applied }, signal);
        if (this.#waiting === applied) this.#waiting = null;
        return true;
      },
    });
  }

  report(applied: Applied): void {
    this.#waiting = applied;
    this.outbox.wake();
  }
}
