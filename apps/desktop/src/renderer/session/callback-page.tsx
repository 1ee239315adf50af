import { keepBrowserSession } from '@portolan/contract/browser-sessions';
import { createClient } from '@portolan/contract/client';
import { buttonClass } from '@portolan/ui/button';
import { Callout } from '@portolan/ui/callout';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useHost } from '../host/host-context.tsx';
import { finishSignIn } from './sign-in.ts';

/** Where single sign-on comes back to: the session of its token moves into the cookie. */
export function CallbackPage() {
  const host = useHost();
  const navigate = useNavigate();
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    const finish = async () => {
      const query = new URLSearchParams(window.location.search);
      // The code must not stay in the history.
      window.history.replaceState(null, '', window.location.pathname);
      const { token, returnTo } = await finishSignIn(host.platform, query);
      const client = createClient({ baseUrl: host.platform, origin: host.origin, fetch: host.fetch, token });
      await client.call(keepBrowserSession, {});
      await navigate({ href: returnTo, replace: true });
    };
    finish().catch((error: unknown) => setFailure(error instanceof Error ? error.message : String(error)));
  }, [host, navigate]);
  return (
    <main className="mx-auto max-w-sm p-4 pt-[14vh]">
      <h1 className="mb-4 text-xl font-semibold">Signing in …</h1>
      {failure !== null && (
        <Callout
          tone="bad"
          actions={
            <Link to="/sign-in" className={buttonClass('secondary', 'small')}>
              Sign in
            </Link>
          }
        >
          {failure}
        </Callout>
      )}
    </main>
  );
}
