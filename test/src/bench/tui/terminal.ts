import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const PATIENCE_MS = 30_000;
/** End of a synchronised update: the terminal paints now. */
const FRAME_END = '\u001b[?2026l';

/** The terminal UI in a pseudo-terminal of 160 by 50, as a person runs it. */
export interface TerminalRun {
  /** Milliseconds from the start of the process to its first frame. */
  readonly firstFrameMs: number;
  /** Presses a key; answers how long until something was painted, and how many bytes came of it. */
  press(key: string): Promise<{ readonly ms: number; readonly bytes: number }>;
  /** Waits until the screen has been sent a text. */
  waitFor(text: string): Promise<void>;
  usage(): Promise<{ readonly rssMb: number; readonly cpuSeconds: number }>;
  close(): Promise<void>;
}

/** Starts it against a platform. `script` of util-linux is the pseudo-terminal: no native module needed. */
export async function startTerminal(url: string, place: string, stateDir: string): Promise<TerminalRun> {
  const command = `stty cols 160 rows 50; exec node apps/tui/bin/portolan.js ui ${place} --platform ${url}`;
  const startedAt = performance.now();
  const child = spawn('script', ['-qfec', command, '/dev/null'], {
    cwd: root,
    env: {
      ...process.env,
      XDG_CONFIG_HOME: stateDir,
      XDG_STATE_HOME: stateDir,
      PORTOLAN_TOKEN: 'bench',
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let sent = '';
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    sent = (sent + chunk.toString()).slice(-200_000);
  });
  const waitFor = async (text: string) => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    while (!sent.includes(text)) await once(child.stdout, 'data', { signal });
  };
  await waitFor('portolan');
  const firstFrameMs = performance.now() - startedAt;
  return {
    firstFrameMs,
    waitFor,
    async press(key) {
      const before = bytes;
      const at = performance.now();
      sent = '';
      child.stdin.write(key);
      await waitFor(FRAME_END);
      return { ms: performance.now() - at, bytes: bytes - before };
    },
    usage: async () => usageOf(await nodeBelow(child.pid ?? 0)),
    async close() {
      const ended = once(child, 'exit');
      // The first leaves the filter, the second the program.
      child.stdin.write('\u0003\u0003');
      await ended;
    },
  };
}

/** `script` runs a shell that becomes node: the process to measure is its child. */
async function nodeBelow(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return Number(children.trim().split(' ')[0]);
}

async function usageOf(pid: number): Promise<{ rssMb: number; cpuSeconds: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const rssMb = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  // proc(5): utime and stime of each thread, in ticks of 1/100 s, are the 12th and 13th after the name.
  let ticks = 0;
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return { rssMb, cpuSeconds: ticks / 100 };
}
