/** A subcommand of the agent's program. */
export interface Command {
  readonly name: string;
  /** Rejects with `StartupError` for what its user can correct, `HelpRequested` for --help. */
  run(context: CommandContext): Promise<void>;
}

interface CommandContext {
  /** Arguments after the name of the command. */
  readonly argv: readonly string[];
  /** Resolves when the text has been written to standard output. */
  print(text: string): Promise<void>;
}
