import { createStore } from '../preferences/store.ts';

/** Whether the keys of the page are shown. */
export const areShortcutsShown = createStore(false);

export function showShortcuts(): void {
  areShortcutsShown.set(true);
}
