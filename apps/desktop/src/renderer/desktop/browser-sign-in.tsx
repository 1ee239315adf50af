import { createClient } from '@portolan/contract/client';
import { whoAmI, type Account } from '@portolan/contract/sessions';
import { Button } from '@portolan/ui/button';
import { Callout } from '@portolan/ui/callout';
import { useEffect, useRef, useState } from 'react';
import { describeWindow } from '../host/electron-host.ts';
import { useHost } from '../host/host-context.tsx';

interface BrowserSignInProps {
  readonly returnTo: string;
  readonly onSignedIn: (account: Account) => void;
}

/**
 * Signs in through the system's browser, where passwords and second factors stay; the page waits meanwhile. A sign-in begun by
 * another window or the command line counts as well.
 */
export function BrowserSignIn({ returnTo, onSignedIn }: BrowserSignInProps) {
  const host = useHost();
  const [isWaiting, setWaiting] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const goOn = useRef<() => Promise<void>>(async () => undefined);
  useEffect(() => {
    goOn.current = async () => {
      const client = createClient({ baseUrl: host.platform, origin: host.origin, fetch: host.fetch });
      onSignedIn(await client.call(whoAmI, {}));
    };
  });
  useEffect(() => {
    if (host.desktop === null) return undefined;
    const { bridge } = host.desktop;
    const check = async () => {
      if ((await describeWindow(bridge)).context?.isSignedIn === true) await goOn.current();
    };
    return bridge.onEvent(({ type }) => type === 'contexts' && void check().catch(() => undefined));
  }, [host]);
  const signIn = async () => {
    setWaiting(true);
    setFailure(null);
    try {
      await host.signInElsewhere(returnTo);
      await goOn.current();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      setWaiting(false);
    }
  };
  return (
    <div className="flex flex-col gap-3">
      {failure !== null && <Callout tone="bad">{failure}</Callout>}
      <p className="text-muted" role="status">
        {isWaiting
          ? 'Go on in your browser. This window continues by itself.'
          : `Your browser opens a page of ${new URL(host.platform).host}.`}
      </p>
      {isWaiting ? (
        <Button className="justify-center" onClick={() => void host.desktop?.bridge.cancelSignIn()}>
          Cancel
        </Button>
      ) : (
        <Button variant="primary" className="justify-center" autoFocus onClick={() => void signIn()}>
          Sign in with the browser
        </Button>
      )}
    </div>
  );
}
