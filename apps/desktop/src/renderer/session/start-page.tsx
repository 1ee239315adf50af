import { EmptyState } from '@portolan/ui/empty-state';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ErrorPanel } from '../data/error-panel.tsx';
import { lastWorkspace } from './last-workspace.ts';
import { isSignedOut, useAccount } from './use-account.ts';

/** Goes on to the workspace that was looked at last, or to the sign-in. */
export function StartPage() {
  const { data: account, error, refetch } = useAccount();
  const navigate = useNavigate();
  const isOut = isSignedOut(error);
  const last = lastWorkspace();
  const found = account?.workspaces.find(({ workspace }) => workspace === last) ?? account?.workspaces[0];
  const workspace = found?.workspace;
  useEffect(() => {
    if (isOut) void navigate({ to: '/sign-in', search: {}, replace: true });
    else if (workspace !== undefined)
      void navigate({ to: '/w/$workspace', params: { workspace }, replace: true });
  }, [isOut, workspace, navigate]);
  if (error !== null && !isOut) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (account !== undefined && workspace === undefined)
    return (
      <main>
        <EmptyState title="You are not a member of any workspace">
          {account.email} is signed in. Ask an owner of a workspace for an invitation, or create one with{' '}
          <code>portolan create workspace</code>.
        </EmptyState>
      </main>
    );
  return null;
}
