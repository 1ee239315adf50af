import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from './environment.ts';

/** Terminals drop longer OSC 52 strings. */
const OSC52_MAX = 74_000;
const NATIVE: readonly (readonly [string, readonly string[]])[] = [
  ['pbcopy', []],
  ['wl-copy', []],
  ['xclip', ['-selection', 'clipboard']],
  ['clip.exe', []],
];

export interface ClipboardOptions {
  readonly env: Environment;
  readonly write: (text: string) => void;
  /** Where a text goes that nothing else takes. */
  readonly stateDir: string;
}

/**
 * Copies a text with the system's own tool, into tmux, through the terminal (over ssh too), or into a private file. Returns
 * a sentence about it in which `%s` stands for what was copied.
 */
export async function copyText(text: string, { env, write, stateDir }: ClipboardOptions): Promise<string> {
  const isLocal =
    env['SSH_CONNECTION'] === undefined &&
    (env['DISPLAY'] !== undefined || env['WAYLAND_DISPLAY'] !== undefined || process.platform === 'darwin');
  if (isLocal) {
    for (const [command, args] of NATIVE)
      if (await pipeTo(command, args, text)) return `Copied %s with ${command}.`;
  }
  // tmux keeps it as its newest buffer and passes it on to the terminal (-w, tmux 3.2).
  if (env['TMUX'] !== undefined && (await pipeTo('tmux', ['load-buffer', '-w', '-'], text)))
    return 'Copied %s to the tmux buffer; prefix ] pastes it.';
  const encoded = Buffer.from(text).toString('base64');
  if (encoded.length <= OSC52_MAX && env['TERM'] !== 'dumb') {
    write(osc52(encoded, env['TMUX'] !== undefined));
    // No terminal reports whether it has taken it, and many are set to refuse.
    return 'Sent %s to the terminal (OSC 52). Not every terminal accepts it: paste it once to check.';
  }
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const file = join(stateDir, 'clipboard.txt');
  await writeFile(file, text, { mode: 0o600 });
  return `Saved %s in ${file}: no clipboard was found.`;
}

/** tmux passes on only what is wrapped for it. */
function osc52(encoded: string, isTmux: boolean): string {
  const sequence = `\u001b]52;c;${encoded}\u0007`;
  return isTmux ? `\u001bPtmux;${sequence.replaceAll('\u001b', '\u001b\u001b')}\u001b\\` : sequence;
}

function pipeTo(command: string, args: readonly string[], text: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore'], timeout: 2_000 });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
    child.stdin.on('error', () => undefined);
    child.stdin.end(text);
  });
}
