import { useNavigate, useSearch } from '@tanstack/react-router';
import { SignInForm } from './sign-in-form.tsx';
import { ownPath } from './sign-in.ts';

/** The way in: asks for credentials and goes on to the page that was wanted. */
export function SignInPage() {
  const { to } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const returnTo = ownPath(to ?? '/');
  return (
    <main className="flex min-h-dvh items-start justify-center p-4 pt-[14vh]">
      <div className="w-full max-w-sm rounded-lg border border-line bg-panel p-6">
        <h1 className="mb-4 text-xl font-semibold">Sign in to Portolan</h1>
        <SignInForm
          returnTo={returnTo}
          onSignedIn={() => void navigate({ href: returnTo, replace: true, reloadDocument: false })}
        />
      </div>
    </main>
  );
}
