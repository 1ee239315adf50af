import { createStore } from '../preferences/store.ts';

/** Whether the platform serves another version of the console than the one that is running. */
export const isNewerThere = createStore(false);

/** Notices when the platform was replaced by another version: parts of this page that are not loaded yet are gone then. */
export function watchVersion(): void {
  window.addEventListener('vite:preloadError', () => isNewerThere.set(true));
}

/** Compares the page that the platform serves with this one. Called when the platform is back: it may be another. */
export async function compareVersion(): Promise<void> {
  const own = document.querySelector<HTMLScriptElement>('script[type=module]')?.getAttribute('src');
  if (own === undefined || own === null) return;
  const response = await fetch('/', { credentials: 'omit', cache: 'no-store' }).catch(() => null);
  if (response?.ok === true && !(await response.text()).includes(own)) isNewerThere.set(true);
}
