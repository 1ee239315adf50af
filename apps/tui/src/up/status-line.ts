export interface StatusLine {
  /** Writes a line to standard error, now or as soon as the screen is free. */
  write(text: string): void;
  /** Holds lines back while something else has the screen, until the returned function is called. */
  hold(): () => void;
}

/** Returns the status line of the launcher. The terminal UI repaints only what changes: a line written into it would stay. */
export function createStatusLine(output: (text: string) => unknown): StatusLine {
  let held: string[] | null = null;
  return {
    write(text) {
      if (held) held.push(text);
      else output(`portolan: ${text}\n`);
    },
    hold() {
      held = [];
      return () => {
        const lines = held ?? [];
        held = null;
        for (const line of lines) output(`portolan: ${line}\n`);
      };
    },
  };
}
