import { useEffect, useState } from 'react';
import type { ContextDetails, DesktopBridge } from '../../bridge/verbs.ts';
import { valueOf } from '../host/electron-host.ts';

/** Returns the contexts of this user, kept up to date; null until they are read. */
export function useContexts(bridge: DesktopBridge): readonly ContextDetails[] | null {
  const [contexts, setContexts] = useState<readonly ContextDetails[] | null>(null);
  useEffect(() => {
    let isShown = true;
    const read = async () => {
      const list = valueOf(await bridge.listContexts());
      if (isShown) setContexts(list);
    };
    const off = bridge.onEvent(({ type }) => type === 'contexts' && void read());
    void read();
    return () => {
      isShown = false;
      off();
    };
  }, [bridge]);
  return contexts;
}
