import { createContext, use } from 'react';
import type { Host } from './host.ts';

export const HostContext = createContext<Host | null>(null);

/** Returns the host of the page. */
export function useHost(): Host {
  const host = use(HostContext);
  if (host === null) throw new Error('no host around this component');
  return host;
}
