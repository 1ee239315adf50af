import type { CommandReport, SentCommand } from '@portolan/contract/cluster-commands';
import { startInterval, type IntervalJob } from '@portolan/process/interval';
import type { AgentLogger } from '../../logger.ts';

/** What became of a command; null while it is for another replica, or has to be tried again. */
export type CommandResult = Omit<CommandReport, 'id'> | null;

export interface CommandHandlers {
  /** Carries out a command of one type, or says why not. Rejects when it may succeed later. */
  readonly [type: string]:
    | ((command: SentCommand, signal: AbortSignal) => Promise<CommandResult>)
    | undefined;
}

export interface ClusterCommandsOptions {
  readonly log: AgentLogger;
  readonly handlers: CommandHandlers;
  /** Types of commands that this agent takes from the platform. */
  readonly allowed: ReadonlySet<string>;
  readonly report: (report: CommandReport) => void;
}

const RETRY_MS = 2_000;

/**
 * Carries out commands of the platform, each once and before its deadline: what has expired, or has been reported, is left alone. What
 * is not allowed or not known is reported as failed.
 */
export class ClusterCommands {
  readonly #options: ClusterCommandsOptions;
  readonly #done = new Set<string>();
  readonly #job: IntervalJob;
  #waiting: readonly SentCommand[] = [];

  constructor(options: ClusterCommandsOptions) {
    this.#options = options;
    this.#job = startInterval({
      everyMs: RETRY_MS,
      run: (signal) => this.#runAll(signal),
      onError: (error) =>
        options.log.warn({ event: 'command.failed', error: String(error) }, 'A command is tried again.'),
    });
  }

  /** Takes the commands that hold now. */
  apply(commands: readonly SentCommand[]): void {
    const ids = new Set(commands.map(({ id }) => id));
    for (const id of this.#done) if (!ids.has(id)) this.#done.delete(id);
    this.#waiting = commands.filter(({ id }) => !this.#done.has(id));
    if (this.#waiting.length > 0) this.#job.trigger();
  }

  async close(): Promise<void> {
    await this.#job.close();
  }

  async #runAll(signal: AbortSignal): Promise<void> {
    for (const command of this.#waiting) {
      if (signal.aborted) return;
      if (this.#done.has(command.id) || Date.parse(command.expiresAt) <= Date.now()) continue;
      const result = await this.#run(command, signal);
      if (result === null) continue;
      this.#done.add(command.id);
      this.#options.report({ id: command.id, ...result });
      const { outcome, message } = result;
      this.#options.log.info(
        { event: 'command.reported', command: command.id, type: command.type, outcome },
        `Command ${command.type} of the platform ${outcome}${message === null ? '' : `: ${message}`}.`,
      );
    }
    this.#waiting = this.#waiting.filter(
      ({ id, expiresAt }) => !this.#done.has(id) && Date.parse(expiresAt) > Date.now(),
    );
  }

  async #run(command: SentCommand, signal: AbortSignal): Promise<CommandResult> {
    const { handlers, allowed, log } = this.#options;
    const handler = Object.hasOwn(handlers, command.type) ? handlers[command.type] : undefined;
    if (handler === undefined)
      return failed('unsupported-command', `this agent does not know the command ${command.type}`);
    if (!allowed.has(command.type))
      return failed(
        'not-allowed',
        `the agent does not take this command from the platform; start it with --commands ${[...allowed, command.type].join(',')}`,
      );
    try {
      return await handler(command, AbortSignal.any([signal, AbortSignal.timeout(remainingMs(command))]));
    } catch (error) {
      log.warn(
        { event: 'command.retried', command: command.id, error: String(error) },
        `Command ${command.type} of the platform cannot be carried out yet; it is tried again until its deadline.`,
      );
      return null;
    }
  }
}

/** Returns the result of a command that cannot be carried out. */
export function failed(code: string, message: string): NonNullable<CommandResult> {
  return { outcome: 'failed', code, message };
}

/** Returns the result of a command that was carried out. */
export function succeeded(message: string | null = null): NonNullable<CommandResult> {
  return { outcome: 'succeeded', code: null, message };
}

function remainingMs({ expiresAt }: SentCommand): number {
  return Math.max(0, Date.parse(expiresAt) - Date.now());
}
