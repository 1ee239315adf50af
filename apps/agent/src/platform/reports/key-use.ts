import { reportKeyUse } from '@portolan/contract/agent-reports';
import { callPlatform, type Uplink } from '../uplink/uplink.ts';
import { Outbox } from '../uplink/outbox.ts';
import type { AgentLogger } from '../../logger.ts';

const BATCH_MAX = 5000;
/** Keys in constant use are reported this often, not at every request. */
const REPORT_EACH_MS = 30_000;

/** When each key was last used, as far as the platform has not heard. */
export class KeyUse {
  readonly #waiting = new Map<string, number>();
  readonly #reportedAt = new Map<string, number>();

  /** Notes a use; true when it is worth telling soon. */
  note(id: string, at: number): boolean {
    this.#waiting.set(id, at);
    return at - (this.#reportedAt.get(id) ?? 0) >= REPORT_EACH_MS;
  }

  due(): { id: string; at: string }[] {
    const due: { id: string; at: string }[] = [];
    for (const [id, at] of this.#waiting) {
      if (at - (this.#reportedAt.get(id) ?? 0) < REPORT_EACH_MS) continue;
      due.push({ id, at: new Date(at).toISOString() });
      if (due.length === BATCH_MAX) break;
    }
    return due;
  }

  sent(used: readonly { id: string; at: string }[]): void {
    for (const { id, at } of used) {
      this.#reportedAt.set(id, Date.parse(at));
      if (this.#waiting.get(id) === Date.parse(at)) this.#waiting.delete(id);
    }
  }
}

/** Reports the keys that were used to the platform. */
export function keyUseOutbox(uses: KeyUse, uplink: Uplink, log: AgentLogger): Outbox {
  return new Outbox({
    log,
    what: 'key uses',
    giveUp: async () => uses.sent(uses.due()),
    sendNext: async (signal) => {
      const used = uses.due();
      if (used.length === 0) return false;
      await callPlatform(uplink, reportKeyUse, { body: { used } }, signal);
      uses.sent(used);
      return true;
    },
  });
}
