import type { ReactNode } from 'react';
import { createStore, useStore } from '../preferences/store.ts';

const shown = createStore<(() => ReactNode) | null>(null);

/** Shows a dialog over the page; `render` returns it, open. */
export function openPageDialog(render: () => ReactNode): void {
  shown.set(render);
}

export function closePageDialog(): void {
  shown.set(null);
}

/** Where dialogs of commands are. */
export function PageDialog() {
  const render = useStore(shown);
  return render === null ? null : render();
}
