import { mkdir, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { tell, type Io } from '../cli/io.ts';
import { goTo } from '../commands/navigation.ts';
import type { Session } from '../kinds/kind.ts';
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
  options: { place: string; stateDir: string; whoIsThis: () => Promise<Opened> },
): Promise<number> {
  const arrived = Promise.withResolvers<void>();
  app.opening = arrived.promise;
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
  let refusal: { readonly error: unknown } | null = null;
  void arrive(app, options)
    .catch((error: unknown) => {
      refusal = { error };
      screen.leave();
    })
    .finally(arrived.resolve);
  try {
    await screen.left;
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
  // oxlint-disable-next-line typescript/no-unnecessary-condition -- it is set while the screen is open
  if (refusal !== null) throw (refusal as { readonly error: unknown }).error;
  return 0;
}

type Opened = Pick<Session, 'account' | 'workspace' | 'role'>;

/** Asks the platform who this is, and to sign in again where it will not say; then goes where one wanted to be. */
async function arrive(
  app: App,
  { place, whoIsThis }: { place: string; whoIsThis: () => Promise<Opened> },
): Promise<void> {
  for (;;) {
    const { token } = app.gate;
    try {
      app.opened(await whoIsThis());
      break;
    } catch (error) {
      await overlayGone(app);
      if (app.gate.token === token) throw error;
    }
  }
  if (place !== '') await goTo(app, place).catch((error: unknown) => app.fail(error, `go to ${place}`));
}

/** Resolves when nothing is asked of the person any more. */
function overlayGone(app: App): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (app.overlay !== null) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = app.subscribe(look);
    look();
  });
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
