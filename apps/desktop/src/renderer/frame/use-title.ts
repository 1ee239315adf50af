import { useEffect } from 'react';

/** Sets the title of the page. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title.slice(0, 100)} · Portolan`;
  }, [title]);
}
