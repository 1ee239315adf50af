import { reportCommand, type CommandReport } from '@portolan/contract/cluster-commands';
import type { AgentLogger } from '../../logger.ts';
import { Outbox } from '../uplink/outbox.ts';
import { callPlatform, type Uplink } from '../uplink/uplink.ts';

const WAITING_MAX = 100;

/** Reports what became of commands, in their order, each until the platform has it. */
export class CommandReports {
  readonly outbox: Outbox;
  #waiting: readonly CommandReport[] = [];

  constructor(uplink: Uplink, log: AgentLogger) {
    this.outbox = new Outbox({
      log,
      what: 'reports of commands',
      giveUp: async () => {
        this.#waiting = this.#waiting.slice(1);
      },
      sendNext: async (signal) => {
        const [next] = this.#waiting;
        if (next === undefined) return false;
        await callPlatform(uplink, reportCommand, { body: next }, signal);
        this.#waiting = this.#waiting.filter((report) => report !== next);
        return true;
      },
    });
  }

  report(report: CommandReport): void {
    this.#waiting = [...this.#waiting, report].slice(-WAITING_MAX);
    this.outbox.wake();
  }
}
