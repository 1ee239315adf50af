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
  kill(signal: NodeJS.Signals): Promise<void>;
  /** The exit code, once the program is gone and all it wrote is on the screen. */
  readonly ended: Promise<number>;
  /** Takes the terminal away from whatever still runs in it. */
  close(): void;
}

export function openTerminal(
  args: readonly string[],
  options: { readonly env: Readonly<Record<string, string>> },
): PseudoTerminal {
  const terminal = new Terminal({ cols: 100, rows: 30, allowProposedApi: true, convertEol: true });
  const command = `stty cols 100 rows 30; exec '${process.execPath}' '${program}' ${args.map((one) => `'${one}'`).join(' ')}`;
  const child = spawn('script', ['-qfec', command, '/dev/null'], {
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
      // `script` runs a shell that becomes the program.
      const { pid } = child;
      const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
      process.kill(Number(children.trim().split(' ')[0]), signal);
    },
    ended: once(child, 'close').then(async ([code]) => {
      await written();
      return Number(code);
    }),
  };
}
