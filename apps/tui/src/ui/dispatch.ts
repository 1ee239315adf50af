import { runCommand } from '../commands/run-command.ts';
import type { App } from '../state/app.ts';

/** What leaves while there is nothing to leave yet. */
const LEAVING: ReadonlySet<string> = new Set(['ctrl-c', 'q', 'esc']);

/** Gives a key to the overlay, or to the command it is bound to; two-key sequences wait for their second key. */
export async function dispatchKey(app: App, key: string): Promise<void> {
  app.toast = null;
  if (app.overlay) {
    if (key === 'ctrl-c' && app.overlay.isDirty !== true) return app.closeOverlay();
    const { overlay } = app;
    return attempt(app, overlay.title, () => overlay.key(key, app));
  }
  if (app.connection.opening) {
    if (LEAVING.has(key)) return app.terminal?.exit();
    // What is typed ahead is meant for what comes.
    await app.connection.opening;
  }
  const { keymap } = app.options;
  const pending = app.prefix.keys;
  const keys = pending === '' ? key : `${pending} ${key}`;
  if (pending !== '' && key === 'esc') {
    app.prefix.end();
    return app.changed();
  }
  const command = keymap.find(keys, app.navigation.view);
  if (command) {
    app.prefix.end();
    return runCommand(app, command);
  }
  if (keymap.isPrefix(keys, app.navigation.view)) {
    app.prefix.wait(keys);
    return app.changed();
  }
  app.prefix.end();
  if (pending !== '') app.say(`No command on ${keys}; ? shows all keys.`);
  app.changed();
}

/** Runs a click on an item of the overlay. */
export async function dispatchClick(app: App, at: number): Promise<void> {
  const { overlay } = app;
  if (overlay) await attempt(app, overlay.title, () => overlay.click?.(at, app));
}

/** What fails is said; it must not take the screen with it. */
async function attempt(app: App, what: string, act: () => void | Promise<void>): Promise<void> {
  try {
    await app.busy.track(Promise.resolve(act()));
  } catch (error) {
    app.fail(error, what);
  }
  app.changed();
}

/** Pasted text goes to whatever takes text, and is never read as keys. */
export function dispatchPaste(app: App, text: string): void {
  app.overlay?.paste?.(text, app);
  app.changed();
}
