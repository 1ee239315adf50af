import { tell, type Io } from '../terminal/io.ts';
import { goTo } from '../commands/navigation.ts';
import type { Session } from '@portolan/console/kinds/kind';
import type { App } from '../state/app.ts';
import { editText } from '../terminal/editor.ts';
import { openBrowser } from '../terminal/browser.ts';
import { copyText } from '../terminal/clipboard.ts';
import { ASK_BACKGROUND, isBackgroundAsked } from '../terminal/background.ts';
import { prepareStop, renewRawMode, watchJob } from '../terminal/job-control.ts';
import { mouseMode, tapReports } from '../terminal/mouse.ts';
import { reportCrash } from '@portolan/contexts/crash-report';
import { watchExits, type ExitReason } from './exit-reason.ts';
import { openScreen, type Screen } from './open-screen.tsx';
import { onMouse } from './mouse.ts';

/** Runs the terminal UI until it is left; the terminal is as before afterwards, whatever happened. */
export async function runScreen(
  app: App,
  io: Io,
  options: { place: string; stateDir: string; whoIsThis: () => Promise<Opened> },
): Promise<number> {
  const arrived = Promise.withResolvers<void>();
  app.connection.opening = arrived.promise;
  // Raw before Ink's first frame: what is typed ahead must not be echoed into it.
  io.stdin.setRawMode(true);
  const stdin = tapReports(io.stdin, {
    mouse: (report) => onMouse(app, report),
    background: (isLight) =>
      app.preferences.config.theme === 'auto' && app.preferences.applyTheme(isLight ? 'light' : 'dark'),
  });
  const screen = openScreen(app, { stdin, stdout: io.stdout, stderr: io.stderr });
  const write = (text: string) => io.stdout.write(text);
  const terminal = createLoan(app, io.stdin, screen, write);
  process.once('exit', terminal.restore);
  app.terminal = {
    copy: (text) => copyText(text, { env: io.env, write, stateDir: options.stateDir }),
    edit: (text, name) => terminal.lend(() => editText(text, { env: io.env, name })),
    browse: (url) => openBrowser(url, io.env),
    setMouse: (isOn) => write(mouseMode(isOn)),
    stop: terminal.stop,
    redraw: terminal.redraw,
    exit: screen.leave,
  };
  write(mouseMode(app.preferences.isMouseOn));
  // Nobody waits for the answer: the screen is painted, and painted anew on a light background.
  if (isBackgroundAsked(app.preferences.config.theme, io.env)) write(ASK_BACKGROUND);
  const ended = Promise.withResolvers<ExitReason | Refusal | null>();
  const unwatch = watchExits(ended.resolve);
  void arrive(app, options)
    .catch((error: unknown) => ended.resolve({ type: 'refusal', error }))
    .finally(arrived.resolve);
  screen.left.then(
    () => ended.resolve(null),
    (error: unknown) => ended.resolve({ type: 'crash', error }),
  );
  const reason = await ended.promise;
  screen.leave();
  await screen.left.catch(() => undefined);
  terminal.close();
  process.off('exit', terminal.restore);
  unwatch();
  app.close();
  stdin.release();
  io.stdin.unref();
  if (reason === null) return 0;
  if (reason.type === 'refusal') throw reason.error;
  if (reason.type === 'signal') return reason.exitCode;
  const secrets = [app.connection.gate.token, ...app.connection.createdKeys.values()];
  tell(
    io,
    await reportCrash(reason.error, { program: 'the terminal UI', stateDir: options.stateDir, secrets }),
  );
  return 1;
}

/** The platform would not say who this is, and signing in again did not help. */
interface Refusal {
  readonly type: 'refusal';
  readonly error: unknown;
}

type Opened = Pick<Session, 'account' | 'workspace' | 'role'>;

/** Asks the platform who this is, and to sign in again where it will not say; then goes where one wanted to be. */
async function arrive(
  app: App,
  { place, whoIsThis }: { place: string; whoIsThis: () => Promise<Opened> },
): Promise<void> {
  for (;;) {
    const { token } = app.connection.gate;
    try {
      app.connection.opened(await whoIsThis());
      break;
    } catch (error) {
      await overlayGone(app);
      if (app.connection.gate.token === token) throw error;
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

/** Lends the terminal to other programs and to the shell, one at a time, and takes it back as it was. */
function createLoan(app: App, input: Io['stdin'], screen: Screen, write: (text: string) => unknown) {
  let isLent = false;
  let unwatch: () => void = () => undefined;
  const restore = () => write(mouseMode(false));
  const lend = async <T>(use: () => Promise<T>): Promise<T> => {
    isLent = true;
    // A stop while it is lent is for the other program, and stops this one as any.
    unwatch();
    restore();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    try {
      await screen.suspend(() => use().then(resolve, reject));
    } finally {
      isLent = false;
      watch();
    }
    write(mouseMode(app.preferences.isMouseOn));
    return promise;
  };
  const redraw = async () => {
    if (!isLent) await lend(() => Promise.resolve());
  };
  const stop = async () => {
    if (isLent) return;
    const isContinued = await lend(prepareStop());
    if (!isContinued) app.say('There is no shell to suspend to in this terminal.');
  };
  const watch = () => {
    unwatch = watchJob({
      stop: () => void stop(),
      resume: () => {
        // First, because it keeps a job that was continued in the background from painting over the shell.
        renewRawMode(input);
        void redraw();
      },
    });
  };
  watch();
  return {
    lend,
    stop,
    redraw,
    restore,
    close() {
      unwatch();
      restore();
    },
  };
}
