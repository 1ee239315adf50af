import { Badge } from '@portolan/ui/badge';
import { Button } from '@portolan/ui/button';
import { Callout } from '@portolan/ui/callout';
import { Card } from '@portolan/ui/card';
import { CheckboxField } from '@portolan/ui/checkbox';
import { Field } from '@portolan/ui/field';
import { Input } from '@portolan/ui/input';
import { Trash2 } from 'lucide-react';
import { useState, type SubmitEvent } from 'react';
import type { ContextDetails, DesktopBridge } from '../../bridge/verbs.ts';
import { valueOf } from '../host/electron-host.ts';
import { CONTEXT_GROUND } from './context-colours.ts';
import { Dot } from './context-switcher.tsx';
import { LocalSystemCard } from './local-system-card.tsx';
import { useContexts } from './use-contexts.ts';

/** The window without a context: which platforms there are, another one, or one on this machine. */
export function StartWindow({ bridge }: { readonly bridge: DesktopBridge }) {
  const contexts = useContexts(bridge);
  return (
    <main className="mx-auto flex max-w-2xl flex-col gap-4 p-6 pt-[8vh]">
      <h1 className="text-2xl font-semibold">Portolan</h1>
      {contexts !== null && contexts.length > 0 && (
        <Card title="Contexts">
          <ul className="-mx-2 flex flex-col">
            {contexts.map((context) => (
              <ContextRow key={context.name} bridge={bridge} context={context} />
            ))}
          </ul>
        </Card>
      )}
      <LocalSystemCard bridge={bridge} />
      <NewContext bridge={bridge} />
    </main>
  );
}

function ContextRow({
  bridge,
  context,
}: {
  readonly bridge: DesktopBridge;
  readonly context: ContextDetails;
}) {
  const { name, platform, colour, isProduction, isSignedIn } = context;
  return (
    <li className="flex items-center gap-1">
      <button
        type="button"
        className="flex min-w-0 flex-1 items-center gap-3 rounded-md px-2 py-2 text-left hover:bg-hover"
        onClick={() => void bridge.openContext({ name })}
      >
        <Dot colour={CONTEXT_GROUND[colour]} />
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{name}</span>
          <span className="block truncate text-sm text-muted">{platform}</span>
        </span>
        {isProduction && <Badge tone="bad">production</Badge>}
        {!isSignedIn && <Badge tone="muted">signed out</Badge>}
      </button>
      <Button
        variant="quiet"
        size="icon"
        aria-label={`Remove context ${name}`}
        onClick={() => void bridge.removeContext({ name })}
      >
        <Trash2 size={15} aria-hidden />
      </Button>
    </li>
  );
}

function NewContext({ bridge }: { readonly bridge: DesktopBridge }) {
  const [platform, setPlatform] = useState('');
  const [name, setName] = useState('');
  const [isProduction, setProduction] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setFailure(null);
    try {
      valueOf(await bridge.addContext({ platform, isProduction, ...(name === '' ? {} : { name }) }));
      setPlatform('');
      setName('');
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Card title="Connect to a platform">
      <form className="flex flex-col gap-3" onSubmit={(event: SubmitEvent) => void submit(event)}>
        {failure !== null && <Callout tone="bad">{failure}</Callout>}
        <Field label="Address" isRequired help="You sign in with your browser next.">
          {(control) => (
            <Input
              {...control}
              required
              spellCheck={false}
              placeholder="https://portolan.example.com"
              value={platform}
              onChange={(event) => setPlatform(event.target.value)}
            />
          )}
        </Field>
        <Field label="Name" help="The host of the address, unless you choose another name.">
          {(control) => (
            <Input
              {...control}
              spellCheck={false}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <CheckboxField
          label="Production"
          help="Marked in red, and read-only until you unlock it."
          checked={isProduction}
          onChange={(event) => setProduction(event.target.checked)}
        />
        <div>
          <Button type="submit" variant="primary">
            Connect
          </Button>
        </div>
      </form>
    </Card>
  );
}
