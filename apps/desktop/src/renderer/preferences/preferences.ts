import { z } from 'zod';
import { createStore, type Store } from './store.ts';

const KEY = 'portolan.preferences';

const savedView = z.object({ name: z.string(), kind: z.string(), search: z.string() });
export type SavedView = z.output<typeof savedView>;

/** What a person has set for this browser. Every part that does not parse falls back to its default. */
const schema = z.object({
  theme: z.enum(['auto', 'light', 'dark']).catch('auto'),
  contrast: z.enum(['auto', 'more', 'normal']).catch('auto'),
  density: z.enum(['comfortable', 'compact']).catch('comfortable'),
  times: z.enum(['local', 'utc']).catch('local'),
  /** Single letters as shortcuts (WCAG 2.2 §2.1.4: can be switched off). */
  shortcuts: z.boolean().catch(true),
  isSidebarOpen: z.boolean().catch(true),
  /** Sections of the sidebar of which only the current page is shown. */
  closedSections: z.array(z.string()).catch([]),
  /** Workspaces in which writing is locked until it is unlocked. */
  production: z.array(z.string()).catch([]),
  views: z.array(savedView).catch([]),
  /** Columns shown per kind, where they are not the default ones. */
  columns: z.record(z.string(), z.array(z.string())).catch({}),
});
export type Preferences = z.output<typeof schema>;

function read(): Preferences {
  try {
    return schema.parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    return schema.parse({});
  }
}

export const preferences: Store<Preferences> = createStore(read());

/** Changes some preferences, here and in the other tabs. */
export function setPreferences(change: Partial<Preferences>): void {
  preferences.set({ ...preferences.get(), ...change });
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences.get()));
  } catch {
    // Storage is full or switched off: they last as long as the page.
  }
}

/** Applies theme and contrast to the page, now and whenever they change, and follows the other tabs. */
export function followPreferences(): void {
  const apply = () => {
    const { theme, contrast } = preferences.get();
    const { dataset } = document.documentElement;
    if (theme === 'auto') delete dataset['theme'];
    else dataset['theme'] = theme;
    if (contrast === 'auto') delete dataset['contrast'];
    else dataset['contrast'] = contrast;
  };
  apply();
  preferences.subscribe(apply);
  window.addEventListener('storage', (event) => {
    if (event.key === KEY) preferences.set(read());
  });
}
