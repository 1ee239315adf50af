import { storedSettings } from '@portolan/console/actions/providers';
import { explain } from '@portolan/console/failure';
import type { Session } from '@portolan/console/kinds/kind';
import { previewClaims, type Provider } from '@portolan/contract/providers';
import type { RouteOutput } from '@portolan/contract/route';
import { Button } from '@portolan/ui/button';
import { Callout } from '@portolan/ui/callout';
import { Dialog } from '@portolan/ui/dialog';
import { Field } from '@portolan/ui/field';
import { Textarea } from '@portolan/ui/input';
import { useState } from 'react';
import { shown } from '../../data/headings.ts';
import { closePageDialog } from '../../frame/page-dialog.tsx';

type Preview = RouteOutput<typeof previewClaims>;

/** Shows which user a token identifies; the token goes to the platform and is not stored. */
export function ClaimsDialog({
  session,
  provider,
}: {
  readonly session: Session;
  readonly provider: Provider;
}) {
  const { client, workspace } = session;
  const [token, setToken] = useState('');
  const [found, setFound] = useState<Preview | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const verify = async () => {
    setFailure(null);
    try {
      const body = { settings: storedSettings(provider), token: token.trim() };
      setFound(await client.call(previewClaims, { params: { workspace }, body }));
    } catch (error) {
      setFound(null);
      setFailure(explain(error).message);
    }
  };
  return (
    <Dialog
      isOpen
      onClose={closePageDialog}
      title="Which user does a token identify?"
      footer={
        <>
          <Button onClick={closePageDialog}>Close</Button>
          <Button variant="primary" disabled={token.trim() === ''} onClick={() => void verify()}>
            Verify
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {failure !== null && <Callout tone="bad">{failure}</Callout>}
        <Field label="Token" help="An access or ID token of the provider. It is verified and not stored.">
          {(control) => (
            <Textarea
              {...control}
              spellCheck={false}
              className="font-mono text-sm"
              value={token}
              onChange={(event) => setToken(event.target.value)}
            />
          )}
        </Field>
        {found !== null && <Claims found={found} />}
      </div>
    </Dialog>
  );
}

function Claims({ found: { user, missing, claims } }: { readonly found: Preview }) {
  const rows: readonly (readonly [string, string])[] = [
    ['User ID', user.userId ?? 'not in the token'],
    ['E-mail', user.email ?? 'not in the token'],
    ['First name', user.firstName ?? 'not in the token'],
    ['Last name', user.lastName ?? 'not in the token'],
    ['Company', user.company ?? 'not in the token'],
    ['Groups', user.groups.join(', ') || 'none: no API is granted'],
    ...Object.entries(claims).map(([name, value]): readonly [string, string] => [
      `Claim ${name}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  ];
  return (
    <>
      <Callout tone={missing.length === 0 ? 'ok' : 'warn'}>
        {missing.length === 0
          ? 'The token is valid and has all mapped claims.'
          : `The token is valid, but does not have these claims: ${missing.join(', ')}.`}
      </Callout>
      <dl className="grid grid-cols-[minmax(7rem,max-content)_minmax(0,1fr)] gap-x-6 gap-y-1">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{shown(name)}</dt>
            <dd className="wrap-anywhere">{shown(value)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
