import { Button } from '@portolan/ui/button';
import { Callout } from '@portolan/ui/callout';
import { Card } from '@portolan/ui/card';
import { useEffect, useState } from 'react';
import type { DesktopBridge, LocalSystemState } from '../../bridge/verbs.ts';
import { valueOf } from '../host/electron-host.ts';

/** Starts and stops a whole system on this machine, and says what it is doing. */
export function LocalSystemCard({ bridge }: { readonly bridge: DesktopBridge }) {
  const [system, setSystem] = useState<LocalSystemState | null>(null);
  useEffect(() => {
    let isShown = true;
    const off = bridge.onEvent((event) => event.type === 'local-system' && setSystem(event.state));
    const read = async () => {
      const state = valueOf(await bridge.describeLocalSystem());
      if (isShown) setSystem((current) => current ?? state);
    };
    void read();
    return () => {
      isShown = false;
      off();
    };
  }, [bridge]);
  if (system === null || system.state === 'unavailable') return null;
  const { state, text, context } = system;
  return (
    <Card title="On this computer">
      <div className="flex flex-wrap items-center gap-3">
        {state === 'failed' ? (
          <Callout tone="bad">{text}</Callout>
        ) : (
          <p role="status" className="min-w-0 flex-1 text-muted">
            {state === 'stopped'
              ? 'A platform with its database, three brokers and an agent that serves an example: try everything without a server.'
              : text}
          </p>
        )}
        {(state === 'stopped' || state === 'failed') && (
          <Button variant="primary" onClick={() => void bridge.startLocalSystem()}>
            Start a local system
          </Button>
        )}
        {context !== null && state === 'running' && (
          <Button onClick={() => void bridge.openContext({ name: context })}>Open</Button>
        )}
        {(state === 'running' || state === 'starting') && (
          <Button onClick={() => void bridge.stopLocalSystem()}>Stop</Button>
        )}
      </div>
    </Card>
  );
}
