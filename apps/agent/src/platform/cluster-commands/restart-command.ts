import { hostname } from 'node:os';
import type { SentCommand } from '@portolan/contract/cluster-commands';
import { failed, succeeded, type CommandResult } from './cluster-commands.ts';

export interface RestartOptions {
  /** Whether something starts this process again when it has ended. */
  readonly isSupervised: boolean;
  /** Takes the turn among the replicas of this agent; false while another one restarts. */
  readonly takeTurn: () => Promise<boolean>;
  /** Lets the process end once it has drained. */
  readonly restart: () => void;
}

/** Restarts this replica, one after another: what was asked for before the process began is done. */
export class RestartCommand {
  readonly #options: RestartOptions;
  /** Restarts that were asked for before this process began. */
  readonly #before = new Set<string>();
  #isRestarting = false;

  constructor(options: RestartOptions) {
    this.#options = options;
  }

  /** Notes the commands that are known when the process begins. */
  began(commands: readonly SentCommand[]): void {
    for (const { id, type } of commands) if (type === 'restart') this.#before.add(id);
  }

  async run({ id }: SentCommand): Promise<CommandResult> {
    if (this.#before.has(id)) return succeeded(`${hostname()} has restarted`);
    if (!this.#options.isSupervised)
      return failed('not-supervised', 'nothing would start the agent again: it runs without a supervisor');
    if (this.#isRestarting || !(await this.#options.takeTurn())) return null;
    this.#isRestarting = true;
    this.#options.restart();
    return null;
  }
}

/** Returns whether something starts this process again: the kubelet, systemd, or the process that started the local system. */
export function isSupervised(env: Readonly<Record<string, string | undefined>>): boolean {
  const { KUBERNETES_SERVICE_HOST: pod, INVOCATION_ID: systemd, PORTOLAN_SUPERVISED: local } = env;
  return Boolean(pod) || Boolean(systemd) || local === '1';
}
