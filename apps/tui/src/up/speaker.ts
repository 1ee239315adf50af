export interface Speaker {
  /** Says a line on standard error, now or as soon as the screen is free. */
  say(text: string): void;
  /** Keeps silent while something else has the screen, until the answered function is called. */
  hold(): () => void;
}

/** The launcher's voice. The terminal UI paints only what changes: a line written into it would stay. */
export function createSpeaker(write: (text: string) => unknown): Speaker {
  let held: string[] | null = null;
  return {
    say(text) {
      if (held) held.push(text);
      else write(`portolan: ${text}\n`);
    },
    hold() {
      held = [];
      return () => {
        const lines = held ?? [];
        held = null;
        for (const line of lines) write(`portolan: ${line}\n`);
      };
    },
  };
}
