import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Terminal } from '@xterm/headless';

const program = fileURLToPath(new URL('../../bin/portolan.js', import.meta.url));
const PATIENCE_MS = 20_000;

/** The program as it is installed, in a terminal of its own: util-linux's `script` makes it, an emulator shows it. */
export interface PseudoTerminal {
  readonly terminal: Terminal;
  screen(): string;
  see(text: string): Promise<void>;
  type(text: string): void;
  /** Sends a signal to every process that the terminal's keys would reach. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** The exit code, once the program is gone and all it wrote is on the screen. */
  readonly ended: Promise<number>;
  /** Takes the terminal away from whatever still runs in it. */
  close(): void;
}

export function openTerminal(args: readonly string[], options: Options): PseudoTerminal {
  return openPty(`exec ${commandLine(args)}`, options);
}

/** Opens a shell with job control in a pseudo-terminal, to type command lines into. */
export function openShell(options: Options): PseudoTerminal {
  return openPty('exec bash --norc --noprofile -i', { env: { PS1: 'shell> ', ...options.env } });
}

/** Returns the program's command line, for a shell. */
export function commandLine(args: readonly string[]): string {
  return [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
}

interface Options {
  readonly env: Readonly<Record<string, string>>;
}

function openPty(command: string, options: Options): PseudoTerminal {
  const terminal = new Terminal({ cols: 100, rows: 30, allowProposedApi: true, convertEol: true });
  const child = spawn('script', ['-qfec', `stty cols 100 rows 30; ${command}`, '/dev/null'], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      ...options.env,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdout.on('data', (chunk: Buffer) => terminal.write(chunk));
  const screen = () => {
    const { active } = terminal.buffer;
    return Array.from({ length: terminal.rows }, (_, at) =>
      active.getLine(active.baseY + at)?.translateToString(true),
    ).join('\n');
  };
  const written = () => new Promise<void>((resolve) => terminal.write('', resolve));
  return {
    terminal,
    screen,
    async see(text) {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      for (await written(); !screen().includes(text); await written())
        await once(child.stdout, 'data', { signal }).catch(() => {
          throw new Error(`Waited in vain for "${text}". The terminal shows:\n${screen()}`);
        });
    },
    type: (text) => void child.stdin.write(text),
    close: () => void child.kill('SIGKILL'),
    async kill(signal) {
      // `script` runs a shell that becomes the program, or stays and gives the terminal to its foreground job.
      const { pid } = child;
      const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
      const leader = Number(children.trim().split(' ')[0]);
      process.kill(-(await foregroundGroup(leader)), signal);
    },
    ended: once(child, 'close').then(async ([code]) => {
      await written();
      return Number(code);
    }),
  };
}

/** proc(5): tpgid is the sixth field after the command's name in parentheses. */
async function foregroundGroup(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8');
  return Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[5]);
}
