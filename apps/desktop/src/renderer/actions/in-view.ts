import type { Kind } from '@portolan/console/kinds/kind';
import { useEffect } from 'react';
import { createStore } from '../preferences/store.ts';

/** The object that a page or panel is about. */
export interface InView {
  readonly kind: Kind;
  readonly row: unknown;
}

/** What the palette offers actions for beside those that need no object; null where nothing is shown. */
export const inView = createStore<InView | null>(null);

/** Makes an object the one in view while its component is shown. */
export function useInView(kind: Kind, row: unknown): void {
  useEffect(() => {
    const shown = { kind, row };
    inView.set(shown);
    return () => {
      if (inView.get() === shown) inView.set(null);
    };
  }, [kind, row]);
}
