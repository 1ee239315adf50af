import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { reportLogs, type logsBatch } from '@portolan/contract/agent-reports';
import { Outbox } from '../uplink/outbox.ts';
import { callPlatform, type Uplink } from '../uplink/uplink.ts';
import type { AgentLogger } from '../../logger.ts';

type Entry = z.output<typeof logsBatch>['entries'][number];

const WAITING_MAX = 1000;
const BATCH_MAX = 200;

const lineSchema = z.looseObject({
  level: z.enum(['warn', 'error', 'fatal']),
  time: z.iso.datetime({ offset: true }),
  event: z.string().default('agent.log'),
  msg: z.string().default(''),
});

/** The newest warnings and errors of the agent, until the platform has them. */
export class WaitingLogs {
  readonly #run = randomUUID();
  #entries: Entry[] = [];
  #count = 0;
  #dropped = 0;
  onAdded: () => void = () => {};

  /** Takes a line of the structured log, already redacted. */
  add(line: string): void {
    const { level, time, event, msg, app: _app, ...fields } = lineSchema.parse(JSON.parse(line));
    this.#count += 1;
    this.#entries.push({ id: `${this.#run}-${this.#count}`, time, level, event, message: msg, fields });
    if (this.#entries.length > WAITING_MAX) {
      this.#entries.shift();
      this.#dropped += 1;
    }
    this.onAdded();
  }

  /** Returns the oldest entries; one that was asked for twice has the same id both times. */
  peek(): readonly Entry[] {
    return this.#entries.slice(0, BATCH_MAX);
  }

  remove(sent: readonly Entry[]): void {
    const ids = new Set(sent.map(({ id }) => id));
    this.#entries = this.#entries.filter(({ id }) => !ids.has(id));
  }

  /** How many were given up since the last time this was asked. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }
}

/** Sends waiting log entries in batches. */
export function logOutbox(waiting: WaitingLogs, uplink: Uplink, log: AgentLogger): Outbox {
  const outbox = new Outbox({
    // What goes wrong with sending logs must not itself become a log entry to send.
    log: log.child({}, { level: 'silent' }),
    what: 'logs',
    giveUp: async () => waiting.remove(waiting.peek()),
    sendNext: async (signal) => {
      const entries = waiting.peek();
      if (entries.length === 0) return false;
      await callPlatform(uplink, reportLogs, { body: { entries: [...entries] } }, signal);
      waiting.remove(entries);
      const dropped = waiting.takeDropped();
      if (dropped > 0)
        log.warn({ event: 'logs.dropped', dropped }, 'log entries were given up while the platform was away');
      return true;
    },
  });
  waiting.onAdded = () => outbox.wake();
  return outbox;
}
