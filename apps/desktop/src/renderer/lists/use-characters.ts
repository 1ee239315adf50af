import { useEffect, useState, type RefObject } from 'react';

const PROBE = 20;

/** Returns how many characters (CSS `ch`) an element is wide, now and whenever that changes; null until it is measured. */
export function useCharacters(element: RefObject<HTMLElement | null>): number | null {
  const [count, setCount] = useState<number | null>(null);
  useEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const probe = document.createElement('span');
    probe.style.cssText = `position: absolute; visibility: hidden; width: ${PROBE}ch`;
    current.append(probe);
    const character = probe.getBoundingClientRect().width / PROBE;
    probe.remove();
    const observer = new ResizeObserver(() => setCount(Math.floor(current.clientWidth / character)));
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return count;
}
