import { startBrowserSession } from '@portolan/contract/browser-sessions';
import { createClient, PlatformError } from '@portolan/contract/client';
import type { Account } from '@portolan/contract/sessions';
import { explain } from '@portolan/console/failure';
import { Button } from '@portolan/ui/button';
import { Callout } from '@portolan/ui/callout';
import { Field } from '@portolan/ui/field';
import { Input } from '@portolan/ui/input';
import { useState, type SubmitEvent } from 'react';
import { BrowserSignIn } from '../desktop/browser-sign-in.tsx';
import { useHost } from '../host/host-context.tsx';

interface SignInFormProps {
  /** Where single sign-on comes back to. */
  readonly returnTo: string;
  /** Address that is known already. */
  readonly email?: string | undefined;
  readonly onSignedIn: (account: Account) => void;
}

/** Signs in by password and, where it is asked for, a second factor; or elsewhere, by single sign-on. */
export function SignInForm({ returnTo, email, onSignedIn }: SignInFormProps) {
  const host = useHost();
  const [isAskingCode, setAskingCode] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [password, setPassword] = useState('');
  const [typed, setTyped] = useState(email ?? '');

  const submit = async (code: string): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      const client = createClient({ baseUrl: host.platform, origin: host.origin, fetch: host.fetch });
      const body = { email: typed, password, ...(code === '' ? {} : { code }) };
      onSignedIn((await client.call(startBrowserSession, { body })).account);
    } catch (error) {
      if (error instanceof PlatformError && error.code === 'second-factor-required') setAskingCode(true);
      else {
        const { message, fix } = explain(error);
        setFailure([message, fix].filter((part) => part !== undefined).join(' '));
      }
    } finally {
      setBusy(false);
    }
  };

  if (host.signInBy === 'browser') return <BrowserSignIn returnTo={returnTo} onSignedIn={onSignedIn} />;
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = new FormData(event.currentTarget).get('code');
    void submit(typeof code === 'string' ? code.trim() : '');
  };
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-3">
      {failure !== null && <Callout tone="bad">{failure}</Callout>}
      <PasswordFields
        email={email}
        typed={typed}
        onType={setTyped}
        password={password}
        onPassword={setPassword}
      />
      {isAskingCode && (
        <Field label="Code" help="Of your authenticator app, or a recovery code.">
          {(control) => (
            <Input
              {...control}
              name="code"
              autoComplete="one-time-code"
              inputMode="numeric"
              required
              autoFocus
            />
          )}
        </Field>
      )}
      <Button type="submit" variant="primary" className="justify-center" disabled={isBusy}>
        {isBusy ? 'Signing in …' : 'Sign in'}
      </Button>
      <Button variant="quiet" className="justify-center" onClick={() => void host.signInElsewhere(returnTo)}>
        Single sign-on
      </Button>
    </form>
  );
}

interface PasswordFieldsProps {
  /** Address that is known already. */
  readonly email: string | undefined;
  readonly typed: string;
  readonly onType: (email: string) => void;
  readonly password: string;
  readonly onPassword: (password: string) => void;
}

function PasswordFields({ email, typed, onType, password, onPassword }: PasswordFieldsProps) {
  return (
    <>
      <Field label="E-mail">
        {(control) => (
          <Input
            {...control}
            type="email"
            autoComplete="username"
            required
            autoFocus={email === undefined}
            value={typed}
            readOnly={email !== undefined}
            onChange={(event) => onType(event.target.value)}
          />
        )}
      </Field>
      <Field label="Password">
        {(control) => (
          <Input
            {...control}
            type="password"
            autoComplete="current-password"
            required
            autoFocus={email !== undefined}
            value={password}
            onChange={(event) => onPassword(event.target.value)}
          />
        )}
      </Field>
    </>
  );
}
