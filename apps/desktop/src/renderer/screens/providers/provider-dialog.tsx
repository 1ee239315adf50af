import { planUse, providerUse, tryProvider } from '@portolan/console/actions/providers';
import type { TestReport } from '@portolan/contract/providers';
import type { Session } from '@portolan/console/kinds/kind';
import { explain } from '@portolan/console/failure';
import { Badge } from '@portolan/ui/badge';
import { Button } from '@portolan/ui/button';
import { Callout } from '@portolan/ui/callout';
import { Dialog } from '@portolan/ui/dialog';
import { Field } from '@portolan/ui/field';
import { Input } from '@portolan/ui/input';
import { Select } from '@portolan/ui/select';
import { useState } from 'react';
import { propose } from '../../actions/running.ts';
import { closePageDialog } from '../../frame/page-dialog.tsx';
import {
  PROVIDER_FIELDS,
  PROVIDER_KINDS,
  PROVIDER_TITLES,
  settingsOf,
  type ProviderKind,
} from './provider-fields.ts';

/** Sets up an identity provider: its settings, a test of each step, then who gains and loses access before it is used. */
export function ProviderDialog({ session }: { readonly session: Session }) {
  const [kind, setKind] = useState<ProviderKind>('oidc');
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [report, setReport] = useState<TestReport | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const fields = PROVIDER_FIELDS[kind];
  const filled = {
    ...Object.fromEntries(fields.map(({ name, initial = '' }) => [name, initial])),
    ...values,
  };
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setFailure(null);
    try {
      await work();
    } catch (error) {
      const { message, fix } = explain(error);
      setFailure([message, fix].filter((part) => part !== undefined).join(' '));
    } finally {
      setBusy(false);
    }
  };
  const test = () => attempt(async () => setReport(await tryProvider(session, settingsOf(kind, filled))));
  const review = () =>
    attempt(async () => {
      const plan = await planUse(session, settingsOf(kind, filled));
      closePageDialog();
      propose({ plan, words: { done: providerUse.done, noun: providerUse.noun } });
    });
  return (
    <Dialog
      isOpen
      isPersistent
      onClose={closePageDialog}
      title="Set up an identity provider"
      description="Where users and groups come from. Nothing changes before you have seen who gains and who loses access."
      footer={
        <>
          <Button onClick={closePageDialog}>Cancel</Button>
          <Button onClick={() => void test()} disabled={isBusy || kind === 'internal'}>
            Test
          </Button>
          <Button variant="primary" onClick={() => void review()} disabled={isBusy}>
            {isBusy ? 'Please wait …' : 'Review the effect'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {failure !== null && <Callout tone="bad">{failure}</Callout>}
        <Field label="Type">
          {(control) => (
            <Select
              {...control}
              className="w-full"
              value={kind}
              onChange={(next) => {
                setKind(PROVIDER_KINDS.find((one) => one === next) ?? 'internal');
                setReport(null);
              }}
              options={PROVIDER_KINDS.map((value) => ({ value, label: PROVIDER_TITLES[value] }))}
            />
          )}
        </Field>
        <SettingsFields kind={kind} values={filled} onChange={setValues} />
        {report !== null && <Report report={report} />}
      </div>
    </Dialog>
  );
}

interface SettingsFieldsProps {
  readonly kind: ProviderKind;
  readonly values: Readonly<Record<string, string>>;
  readonly onChange: (values: Readonly<Record<string, string>>) => void;
}

function SettingsFields({ kind, values, onChange }: SettingsFieldsProps) {
  return PROVIDER_FIELDS[kind].map(({ name, label, help, isSecret }) => (
    <Field key={`${kind} ${name}`} label={label} {...(help === undefined ? {} : { help })}>
      {(control) => (
        <Input
          {...control}
          type={isSecret === true ? 'password' : 'text'}
          autoComplete={isSecret === true ? 'new-password' : 'off'}
          spellCheck={false}
          value={values[name] ?? ''}
          onChange={(event) => onChange({ ...values, [name]: event.target.value })}
        />
      )}
    </Field>
  ));
}

function Report({ report }: { readonly report: TestReport }) {
  return (
    <section aria-label="Test" role="status">
      <h3 className="mb-1 font-semibold">
        {report.ok ? 'The provider can be used.' : 'The provider cannot be used yet.'}
      </h3>
      <ol className="flex flex-col gap-1">
        {report.steps.map(({ step, state, message }) => (
          <li key={step} className="grid grid-cols-[5.5rem_7rem_minmax(0,1fr)] gap-2">
            <span>
              <Badge tone={state === 'passed' ? 'ok' : state === 'failed' ? 'bad' : 'muted'}>{state}</Badge>
            </span>
            <span>{step}</span>
            <span className="wrap-anywhere text-muted">{message}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
