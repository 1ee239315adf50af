import { createClient } from '@portolan/contract/client';
import type { Account } from '@portolan/contract/sessions';
import { explain } from '@portolan/console/failure';
import { Button } from '@portolan/ui/button';
import { Callout } from '@portolan/ui/callout';
import { EmptyState } from '@portolan/ui/empty-state';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, type ReactNode } from 'react';
import { useHost } from '../host/host-context.tsx';
import { ExpiredDialog } from './expired-dialog.tsx';
import { SessionContext, type SignedIn } from './session-context.tsx';
import { SignInGate } from './sign-in-gate.ts';
import { isSignedOut, useAccount } from './use-account.ts';
import { rememberWorkspace } from './last-workspace.ts';

/** Renders pages of a workspace for its members; everyone else is sent to sign in or to a workspace of theirs. */
export function SessionProvider({
  workspace,
  children,
}: {
  readonly workspace: string;
  readonly children: ReactNode;
}) {
  const { data: account, error, refetch } = useAccount();
  const navigate = useNavigate();
  const isOut = isSignedOut(error);
  useEffect(() => {
    const to = window.location.pathname + window.location.search;
    if (isOut) void navigate({ to: '/sign-in', search: { to }, replace: true });
  }, [isOut, navigate]);
  if (error !== null && !isOut) {
    const { message, fix } = explain(error);
    return (
      <main className="mx-auto max-w-lg p-6 pt-[14vh]">
        <Callout
          tone="bad"
          title={message}
          actions={<Button onClick={() => void refetch()}>Try again</Button>}
        >
          {fix}
        </Callout>
      </main>
    );
  }
  if (account === undefined) return null;
  return (
    <Member account={account} workspace={workspace}>
      {children}
    </Member>
  );
}

interface MemberProps {
  readonly account: Account;
  readonly workspace: string;
  readonly children: ReactNode;
}

function Member({ account, workspace, children }: MemberProps) {
  const host = useHost();
  const queries = useQueryClient();
  const membership = account.workspaces.find((one) => one.workspace === workspace);
  const role = membership?.role;
  const { id } = account;
  const signedIn = useMemo((): SignedIn | null => {
    if (role === undefined) return null;
    const gate = new SignInGate(host);
    const client = createClient({ baseUrl: host.platform, origin: host.origin, fetch: gate.fetch });
    return { gate, session: { client, account, workspace, role } };
    // The account is read again now and then; only another one begins a new session.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [host, id, workspace, role]);
  useEffect(() => {
    if (role !== undefined) rememberWorkspace(workspace);
  }, [role, workspace]);
  if (signedIn === null)
    return (
      <main>
        <EmptyState title={`There is no workspace ${workspace}, or you are not a member of it`}>
          {account.workspaces.length === 0 ? (
            <p>{account.email} is not a member of any workspace. Ask an owner for an invitation.</p>
          ) : (
            <ul>
              {account.workspaces.map((one) => (
                <li key={one.workspace}>
                  <a className="text-accent underline" href={`/w/${encodeURIComponent(one.workspace)}`}>
                    {one.name}
                  </a>
                </li>
              ))}
            </ul>
          )}
        </EmptyState>
      </main>
    );
  return (
    <SessionContext value={signedIn}>
      {children}
      <ExpiredDialog
        gate={signedIn.gate}
        account={account}
        onSignedIn={(again) => {
          // Someone else's data must not stay on the screen.
          if (again.id !== account.id) window.location.reload();
          else {
            signedIn.gate.open();
            void queries.invalidateQueries();
          }
        }}
      />
    </SessionContext>
  );
}
