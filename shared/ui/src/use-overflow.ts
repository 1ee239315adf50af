import { useEffect, useState, type RefObject } from 'react';

const NONE = { before: false, after: false };

/** Returns on which sides a row that scrolls has more than is seen. */
export function useOverflow(element: RefObject<HTMLElement | null>): typeof NONE {
  const [overflow, setOverflow] = useState(NONE);
  useEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const measure = () => {
      const { scrollLeft, scrollWidth, clientWidth } = current;
      const before = scrollLeft > 1;
      const after = scrollLeft + clientWidth < scrollWidth - 1;
      setOverflow((held) => (held.before === before && held.after === after ? held : { before, after }));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    for (const child of current.children) observer.observe(child);
    current.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      current.removeEventListener('scroll', measure);
    };
  }, [element]);
  return overflow;
}
