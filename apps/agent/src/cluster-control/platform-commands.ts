import type { CommandReport, SentCommand } from '@portolan/contract/cluster-commands';
import type { AgentLogger } from '../logger.ts';
import {
  ClusterCommands,
  failed,
  type CommandResult,
} from '../platform/cluster-commands/cluster-commands.ts';
import { isSupervised, RestartCommand } from '../platform/cluster-commands/restart-command.ts';
import type { RestartTurn } from './restart-turn.ts';

export interface PlatformCommandsOptions {
  readonly log: AgentLogger;
  /** Types of commands that are taken from the platform. */
  readonly allowed: ReadonlySet<string>;
  /** Where replicas agree on whose turn it is; null where there is one alone. */
  readonly turn: RestartTurn | null;
  /** Lets the process end once it has drained. */
  readonly restart: () => void;
  /** Whether the agent writes to a cluster. */
  readonly writesTo: boolean;
  readonly setPolicy: (command: SentCommand) => Promise<CommandResult>;
  readonly report: (report: CommandReport) => void;
}

/** The commands that an agent understands: restart, and policies of routes of its cluster. */
export class PlatformCommands {
  readonly #restart: RestartCommand;
  readonly #commands: ClusterCommands;
  readonly #turn: RestartTurn | null;
  readonly #log: AgentLogger;
  #hasBegun = false;

  constructor(options: PlatformCommandsOptions) {
    const { log, allowed, turn, restart, writesTo, setPolicy, report } = options;
    this.#turn = turn;
    this.#log = log;
    this.#restart = new RestartCommand({
      isSupervised: isSupervised(process.env),
      takeTurn: async () => turn === null || turn.take(),
      restart,
    });
    const onPolicy = async (command: SentCommand): Promise<CommandResult> =>
      writesTo
        ? setPolicy(command)
        : failed('unsupported-command', 'this agent writes to no cluster: change the manifests it serves');
    this.#commands = new ClusterCommands({
      log,
      allowed,
      report,
      handlers: {
        restart: (command) => this.#restart.run(command),
        'set-policy': onPolicy,
        'remove-policy': onPolicy,
      },
    });
  }

  /** Takes the commands that hold now; `isKept` for those that were kept from an earlier run. */
  apply(commands: readonly SentCommand[], isKept: boolean): void {
    if (isKept || !this.#hasBegun) this.#restart.began(commands);
    // What was kept may have been reported since: the platform says what still holds.
    if (isKept) return;
    if (!this.#hasBegun) this.#giveBackTurn();
    this.#hasBegun = true;
    this.#commands.apply(commands);
  }

  async close(): Promise<void> {
    await this.#commands.close();
  }

  #giveBackTurn(): void {
    this.#turn
      ?.giveBack()
      .catch((error: unknown) =>
        this.#log.debug({ event: 'restart.turn-kept', error: String(error) }, 'the turn runs out by itself'),
      );
  }
}
