import { lazy, type ComponentType } from 'react';

/**
 * Returns a component that is loaded when it is first drawn. One that cannot be loaded draws nothing, and is reported by the
 * event `vite:preloadError`: after an update of the platform, parts of an older page are gone.
 */
export function lazily<P extends object>(load: () => Promise<ComponentType<P>>) {
  return lazy(async (): Promise<{ default: ComponentType<P> }> => {
    try {
      return { default: await load() };
    } catch {
      window.dispatchEvent(new Event('vite:preloadError'));
      return { default: () => null };
    }
  });
}
