import { useEffect, useRef } from 'react';
import { preferences } from '../preferences/preferences.ts';
import { createStore } from '../preferences/store.ts';

/** A key, or two one after the other, that does something on the page. */
export interface Shortcut {
  /** `j`, `shift+?` is `?`, two keys are `g a`. */
  readonly keys: readonly string[];
  readonly title: string;
  run(): void;
}

interface Layer {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

/** What the shown parts of the page listen for, the innermost last. */
export const layers = createStore<readonly (() => Layer)[]>([]);

const SEQUENCE_MS = 1_000;

/** Listens for keys as long as the component is shown. */
export function useShortcuts(title: string, shortcuts: readonly Shortcut[]): void {
  const current = useRef<Layer>({ title, shortcuts });
  useEffect(() => {
    current.current = { title, shortcuts };
  });
  useEffect(() => {
    const layer = () => current.current;
    layers.set([...layers.get(), layer]);
    return () => layers.set(layers.get().filter((one) => one !== layer));
  }, []);
}

/** Runs the shortcut of each key pressed outside of fields, menus and dialogs, as long as the component is shown. */
export function useShortcutKeys(): void {
  useEffect(() => {
    let prefix = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      if (!preferences.get().shortcuts || event.defaultPrevented || isElsewhere(event)) return;
      const pressed = prefix === '' ? event.key : `${prefix} ${event.key}`;
      prefix = '';
      clearTimeout(timer);
      const all = layers.get().flatMap((layer) => layer().shortcuts);
      const found = all.findLast(({ keys }) => keys.includes(pressed));
      if (found !== undefined) {
        event.preventDefault();
        found.run();
      } else if (all.some(({ keys }) => keys.some((key) => key.startsWith(`${pressed} `)))) {
        prefix = pressed;
        timer = setTimeout(() => (prefix = ''), SEQUENCE_MS);
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      clearTimeout(timer);
    };
  }, []);
}

const FIELDS = 'input:not([type=checkbox]), textarea, select, [contenteditable=true]';
/** Toasts are dialogs too, but not in the way. */
const LAYERS_ABOVE = '[data-layer], [role=menu], [role=listbox]';

/** Returns whether a key belongs to something that has the focus. */
function isElsewhere(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches(FIELDS) || target.closest(LAYERS_ABOVE) !== null) return true;
  // Enter and space press the focused button or follow the link.
  if ((event.key === 'Enter' || event.key === ' ') && target.matches('button, a, summary, input, [role=tab]'))
    return true;
  return document.querySelector(LAYERS_ABOVE) !== null;
}
