import type { App } from './app.ts';

/** What leaves while there is nothing to leave yet. */
const LEAVING: ReadonlySet<string> = new Set(['ctrl-c', 'q', 'esc']);

/** Gives a key to the overlay, or to the command it is bound to; two-key sequences wait for their second key. */
export async function pressKey(app: App, key: string): Promise<void> {
  app.toast = null;
  if (app.overlay) {
    if (key === 'ctrl-c' && app.overlay.isDirty !== true) return app.closeOverlay();
    await app.busy.track(Promise.resolve(app.overlay.key(key, app)));
    return app.changed();
  }
  if (app.opening) {
    if (LEAVING.has(key)) return app.terminal?.exit();
    // What is typed ahead is meant for what comes.
    await app.opening;
  }
  const { keymap } = app.options;
  const pending = app.prefix.keys;
  const keys = pending === '' ? key : `${pending} ${key}`;
  if (pending !== '' && key === 'esc') {
    app.prefix.end();
    return app.changed();
  }
  const command = keymap.find(keys, app.view);
  if (command) {
    app.prefix.end();
    return app.run(command);
  }
  if (keymap.isPrefix(keys, app.view)) {
    app.prefix.wait(keys);
    return app.changed();
  }
  app.prefix.end();
  if (pending !== '') app.say(`No command on ${keys}; ? shows all keys.`);
  app.changed();
}

/** Pasted text goes to whatever takes text, and is never read as keys. */
export function paste(app: App, text: string): void {
  app.overlay?.paste?.(text, app);
  app.changed();
}
