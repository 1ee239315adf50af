import type { Account } from '@portolan/contract/sessions';
import { Dialog } from '@portolan/ui/dialog';
import { lazy, Suspense, useSyncExternalStore } from 'react';
import type { SignInGate } from './sign-in-gate.ts';

const SignInForm = lazy(() =>
  import('./sign-in-form.tsx').then(({ SignInForm: form }) => ({ default: form })),
);

interface ExpiredDialogProps {
  readonly gate: SignInGate;
  readonly account: Account;
  readonly onSignedIn: (account: Account) => void;
}

/** Asks to sign in again over the page as it is, once its session has ended. */
export function ExpiredDialog({ gate, account, onSignedIn }: ExpiredDialogProps) {
  const isClosed = useSyncExternalStore(gate.subscribe, () => gate.isClosed);
  return (
    <Dialog
      isOpen={isClosed}
      size="small"
      title="Your session has ended"
      description="Sign in again to go on. Nothing you typed is lost."
    >
      <Suspense fallback={null}>
        <SignInForm
          email={account.email}
          returnTo={window.location.pathname + window.location.search}
          onSignedIn={onSignedIn}
        />
      </Suspense>
    </Dialog>
  );
}
