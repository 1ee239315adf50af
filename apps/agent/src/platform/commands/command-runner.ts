import { hostname } from 'node:os';
import {
  reportCommandResult,
  type AgentCommand,
  type CommandResult,
} from '@portolan/contract/agent-commands';
import { startInterval, type IntervalJob } from '@portolan/process/interval';
import type { AgentLogger } from '../../logger.ts';
import { LiveTail } from '../../requests/live-tail.ts';
import type { RequestLog } from '../../requests/request-log.ts';
import { callPlatform, type Uplink } from '../uplink/uplink.ts';

/** How often lines of a tail are sent. */
const SEND_EACH_MS = 300;
const ATTEMPT_MS = 5_000;
/** Tails that one gateway runs at a time; further ones wait for a place. */
const TAILS_MAX = 20;

export interface CommandRunnerOptions {
  readonly uplink: Uplink;
  readonly log: AgentLogger;
  readonly requests: RequestLog;
}

interface RunningTail {
  readonly tail: LiveTail;
  stop(): Promise<void>;
}

/** Runs the commands that hold, each once, and stops those that no longer do. */
export class CommandRunner {
  readonly #options: CommandRunnerOptions;
  readonly #gateway = hostname().slice(0, 253) || 'gateway';
  readonly #tails = new Map<string, RunningTail>();
  /** Lists that were replied to, while their commands are still announced. */
  #done = new Set<string>();
  readonly #ending = new AbortController();

  constructor(options: CommandRunnerOptions) {
    this.#options = options;
  }

  /** Brings what runs in line with the commands that hold now. */
  apply(commands: readonly AgentCommand[]): void {
    const wanted = new Set(commands.map(({ id }) => id));
    for (const id of this.#tails.keys()) if (!wanted.has(id)) this.#stop(id);
    this.#done = new Set([...this.#done].filter((id) => wanted.has(id)));
    for (const command of commands) {
      if (Date.parse(command.endsAt) <= Date.now()) continue;
      if (command.kind === 'tail') this.#startTail(command);
      else this.#list(command);
    }
  }

  async close(): Promise<void> {
    this.#ending.abort();
    const stopping = [...this.#tails.values()].map((running) => running.stop());
    this.#tails.clear();
    await Promise.all(stopping);
  }

  #startTail(command: Extract<AgentCommand, { kind: 'tail' }>): void {
    if (this.#tails.has(command.id) || this.#tails.size >= TAILS_MAX || this.#ending.signal.aborted) return;
    let tail: LiveTail;
    try {
      tail = new LiveTail(command, Date.now());
    } catch (error) {
      this.#refuse(command, error);
      return;
    }
    const unfollow = this.#options.requests.follow(tail);
    const sending = this.#sendRegularly(command.id, tail);
    // The agent enforces the deadline itself: it may lose the connection over which the command would be ended.
    const deadline = setTimeout(() => this.#stop(command.id), Date.parse(command.endsAt) - Date.now());
    deadline.unref();
    this.#tails.set(command.id, {
      tail,
      async stop() {
        clearTimeout(deadline);
        unfollow();
        await sending.close();
      },
    });
  }

  /** The first result is sent at once, so that the viewer knows who takes part. */
  #sendRegularly(id: string, tail: LiveTail): IntervalJob {
    let isFirst = true;
    return startInterval({
      everyMs: SEND_EACH_MS,
      isImmediate: true,
      onError: (error) =>
        this.#options.log.debug(
          { event: 'tail.not-sent', error: String(error) },
          'lines of a tail were lost',
        ),
      run: async (signal) => {
        if (!tail.hasNews && !isFirst) return;
        const taken = tail.take();
        try {
          const { isWanted, isTaken } = await this.#report({ id, ...taken, matched: 0, total: 0 }, signal);
          isFirst = false;
          if (!isTaken) tail.drop(taken.requests.length + taken.dropped);
          if (!isWanted) this.#stop(id);
        } catch (error) {
          tail.drop(taken.requests.length + taken.dropped);
          throw error;
        }
      },
    });
  }

  #list(command: Extract<AgentCommand, { kind: 'list' }>): void {
    if (this.#done.has(command.id)) return;
    this.#done.add(command.id);
    try {
      const found = this.#options.requests.list(command.query);
      this.#report({ id: command.id, dropped: 0, ...found }, this.#ending.signal).catch((error: unknown) =>
        this.#options.log.debug(
          { event: 'requests.not-sent', error: String(error) },
          'a list of requests was lost',
        ),
      );
    } catch (error) {
      this.#refuse(command, error);
    }
  }

  #report(result: Omit<CommandResult, 'gateway'>, signal: AbortSignal) {
    return callPlatform(
      this.#options.uplink,
      reportCommandResult,
      { body: { ...result, gateway: this.#gateway } },
      AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]),
    );
  }

  /** The platform checks filters before; a later version may know more than this one. */
  #refuse({ id }: AgentCommand, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#options.log.warn(
      { event: 'command.refused', id, reason },
      `A command is not understood: ${reason}.`,
    );
  }

  #stop(id: string): void {
    const running = this.#tails.get(id);
    if (running === undefined) return;
    this.#tails.delete(id);
    void running.stop();
  }
}
