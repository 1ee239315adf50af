import type { Command } from './command.ts';
import { crdsCommand } from './crds.ts';
import { preflightCommand } from './preflight.ts';
import { rightsCommand } from './rights.ts';
import { sharedDataCommand } from './shared-data.ts';

const commands: readonly Command[] = [crdsCommand, preflightCommand, rightsCommand, sharedDataCommand];

/** Returns the subcommand that a command line begins with; undefined when it starts the agent. */
export function findCommand([first]: readonly string[]): Command | undefined {
  return commands.find(({ name }) => name === first);
}
