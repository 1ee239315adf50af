import { mkdir, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { tell, type Io } from '../cli/io.ts';
import { goTo } from '../commands/navigation.ts';
import type { App } from '../store/app.ts';
import { editText } from '../term/editor.ts';
import { openBrowser } from '../term/browser.ts';
import { copyText } from '../term/clipboard.ts';
import { mouseMode, tapMouse } from '../term/mouse.ts';
import { openScreen } from './open-screen.tsx';
import { onMouse } from './pointer.ts';

/** Keeps the event loop from ending while the process is stopped. */
const ALIVE_MS = 1_000;

/** Runs the terminal UI until it is left; the terminal is as before afterwards, whatever happened. */
export async function runScreen(
  app: App,
  io: Io,
  options: { place: string; stateDir: string },
): Promise<number> {
  if (options.place !== '')
    await goTo(app, options.place).catch((error: unknown) => app.fail(error, `go to ${options.place}`));
  // Raw before Ink's first frame: what is typed ahead must not be echoed into it.
  io.stdin.setRawMode(true);
  const stdin = tapMouse(io.stdin, (report) => onMouse(app, report));
  const screen = openScreen(app, { stdin, stdout: io.stdout, stderr: io.stderr });
  const write = (text: string) => io.stdout.write(text);
  const restore = () => write(mouseMode(false));
  process.once('exit', restore);
  const lend = async <T>(use: () => Promise<T>): Promise<T> => {
    restore();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    await screen.suspend(() => use().then(resolve, reject));
    write(mouseMode(app.isMouseOn));
    return promise;
  };
  app.terminal = {
    copy: (text) => copyText(text, { env: io.env, write, stateDir: options.stateDir }),
    edit: (text, name) => lend(() => editText(text, { env: io.env, name })),
    browse: (url) => openBrowser(url, io.env),
    setMouse: (isOn) => write(mouseMode(isOn)),
    stop: () => lend(stopProcess),
    redraw: () => screen.suspend(() => Promise.resolve()),
    exit: screen.leave,
  };
  write(mouseMode(app.isMouseOn));
  app.start();
  try {
    await screen.left;
    return 0;
  } catch (error) {
    tell(io, await report(error, options.stateDir));
    return 1;
  } finally {
    restore();
    process.off('exit', restore);
    app.close();
    stdin.release();
    io.stdin.unref();
  }
}

/** Stops the process as the shell would on ctrl-z, which raw mode swallows; resumes with `fg`. */
async function stopProcess(): Promise<void> {
  const resumed = once(process, 'SIGCONT');
  const alive = setInterval(() => undefined, ALIVE_MS);
  process.kill(process.pid, 'SIGTSTP');
  await resumed;
  clearInterval(alive);
}

/** Keeps what is needed to understand a crash; the screen it happened on is gone. */
async function report(error: unknown, stateDir: string): Promise<string> {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const summary = error instanceof Error ? error.message : String(error);
  const file = join(stateDir, `crash-${new Date().toISOString().replace(/[:.]/g, '-')}.log`);
  try {
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
    await writeFile(file, `${text}\n`, { mode: 0o600 });
    return `portolan: the terminal UI failed: ${summary}. Details are in ${file}; please report it.`;
  } catch {
    return `portolan: the terminal UI failed: ${text}`;
  }
}
