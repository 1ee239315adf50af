import {
  agentCommand,
  commandMessage,
  followCommands,
  type AgentCommand,
} from '@portolan/contract/agent-commands';
import { PlatformError } from '@portolan/contract/client';
import { Backoff } from '@portolan/process/retry';
import type { AgentLogger } from '../../logger.ts';
import { RepeatedWarning } from '../uplink/repeated-warning.ts';
import { followPlatform, type Uplink } from '../uplink/uplink.ts';

/** The platform sends something every 5 s; three times that without a word means that the way is broken. */
const SILENCE_MS = 15_000;
const PACE = { baseMs: 250, capMs: 10_000, floor: 0.1 };
/** A platform of an earlier version has no commands; it may be updated. */
const UNKNOWN = { baseMs: 60_000, capMs: 300_000, floor: 0.5 };

export interface CommandFollowerOptions {
  readonly uplink: Uplink;
  readonly log: AgentLogger;
  /** Called with all commands that hold now; with none when the way to the platform is lost. */
  readonly onCommands: (commands: readonly AgentCommand[]) => void;
}

/** Follows what the platform asks of this agent, over one connection after another, until the signal aborts. */
export async function followAgentCommands(
  options: CommandFollowerOptions,
  signal: AbortSignal,
): Promise<void> {
  const trouble = new RepeatedWarning(options.log, 'commands.interrupted');
  const [lost, unknown] = [new Backoff(PACE), new Backoff(UNKNOWN)];
  while (!signal.aborted) {
    let isUnknown = false;
    try {
      await followOnce(options, signal, () => {
        lost.reset();
        trouble.over('commands of the platform arrive again');
      });
    } catch (error) {
      isUnknown = error instanceof PlatformError && error.status === 404;
      const why = error instanceof Error ? error.message : String(error);
      if (!signal.aborted && !isUnknown)
        trouble.warn(`Commands of the platform do not arrive: ${why}. Nobody can follow requests meanwhile.`);
    }
    options.onCommands([]);
    await (isUnknown ? unknown : lost).wait(signal);
  }
}

async function followOnce(
  { uplink, onCommands }: CommandFollowerOptions,
  signal: AbortSignal,
  onMessage: () => void,
): Promise<void> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error('nothing was heard for 15 s')), SILENCE_MS);
  const following = followPlatform(
    uplink,
    followCommands,
    {},
    { signal: AbortSignal.any([signal, silence.signal]), onData: () => timer.refresh() },
  );
  try {
    for await (const line of following) {
      const message = commandMessage.parse(line);
      onMessage();
      if (message.type === 'commands')
        onCommands(message.commands.flatMap((command) => agentCommand.safeParse(command).data ?? []));
    }
  } catch (error) {
    throw silence.signal.aborted ? silence.signal.reason : error;
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}
