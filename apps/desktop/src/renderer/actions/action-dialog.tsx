import { sentence, type Outcome, type Plan } from '@portolan/console/actions/action';
import { inputFields, InputFailure } from '@portolan/console/actions/input';
import { isOvertaken } from '@portolan/console/actions/object-sets';
import { explain } from '@portolan/console/failure';
import { findRow, type Session } from '@portolan/console/kinds/kind';
import { Button } from '@portolan/ui/button';
import { Callout } from '@portolan/ui/callout';
import { Dialog } from '@portolan/ui/dialog';
import { Field } from '@portolan/ui/field';
import { Skeleton } from '@portolan/ui/skeleton';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useId, useState, type SubmitEvent } from 'react';
import { useRows } from '../data/use-rows.ts';
import { useStore } from '../preferences/store.ts';
import { useSession } from '../session/session-context.tsx';
import { ActionForm, initialValues, type Values } from './action-form.tsx';
import { ConfirmPlan } from './confirm-plan.tsx';
import { dropDraft, keepDraft, readDraft } from './drafts.ts';
import { ListField } from './list-field.tsx';
import { rowsOf, type Offer } from './offer.ts';
import { running, type Proposed, type Taken } from './running.ts';
import { report, runSteps } from './carry-out.ts';
import { SecretsDialog } from './secrets-dialog.tsx';

const MergeDialog = lazy(() =>
  import('./merge-dialog.tsx').then(({ MergeDialog: view }) => ({ default: view })),
);

/** The dialog of what is being done: form, plan, progress and what is shown once. */
export function ActionDialog() {
  const current = useStore(running);
  if (current === null) return null;
  return current.type === 'offer' ? (
    <OfferDialog key={current.offer.action.id} {...current} />
  ) : (
    <PlanDialog key={current.plan.title} {...current} />
  );
}

const close = () => running.set(null);

/** A plan, and the values it was made of. */
interface Planned {
  readonly plan: Plan;
  /** What the form began with, and what was submitted. */
  readonly start: Values;
  readonly values: Values;
}

function OfferDialog({ offer, selected, onDone }: Taken) {
  const { action } = offer;
  const asksNothing = inputFields(action.inputs).length === 0 && offer.choose === undefined;
  const [planned, setPlanned] = useState<Planned | null>(null);
  const { theirs, read, plan, cancel } = useMerge(offer, selected);
  const after = onDone === undefined ? {} : { onDone };
  if (planned === null) {
    // Nothing to ask for, but something to show: the plan is the first thing one sees.
    const First = asksNothing && action.danger > 0 ? PlannedDialog : FormDialog;
    return <First offer={offer} selected={selected} onPlan={setPlanned} {...after} />;
  }
  const { start, values } = planned;
  if (theirs !== null)
    return (
      <Suspense fallback={null}>
        <MergeDialog
          title={`${titleOf(offer, selected)} was changed by someone else meanwhile`}
          base={manifestOf(start)}
          mine={manifestOf(values)}
          theirs={manifestOf(theirs)}
          onMerged={(manifest) => void plan({ ...values, ...theirs, manifest }).then(setPlanned)}
          onCancel={cancel}
        />
      </Suspense>
    );
  return (
    <PlanDialog
      plan={planned.plan}
      words={{ done: action.done, noun: action.noun }}
      {...after}
      {...(asksNothing ? {} : { onBack: () => setPlanned(null) })}
      {...(manifestOf(values) === '' ? {} : { onOvertaken: read })}
    />
  );
}

/** Makes the plan of an action that asks for nothing. */
function PlannedDialog({ offer, selected, onPlan }: FormDialogProps) {
  const { action } = offer;
  const session = useSession();
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let isShown = true;
    action.plan(session, rowsOf(offer, selected), {}).then(
      (plan) => isShown && onPlan({ plan, start: {}, values: {} }),
      (failure: unknown) => isShown && setError(failure),
    );
    return () => {
      isShown = false;
    };
    // The dialog is of one offer and its rows: made once, when it opens.
    // oxlint-disable-next-line react/exhaustive-deps, react/exhaustive-effect-dependencies
  }, []);
  return (
    <Dialog isOpen onClose={close} title={titleOf(offer, selected)}>
      {error === null ? <Skeleton className="h-24 w-full" /> : <Failed error={error} />}
    </Dialog>
  );
}

/** Text of the manifest a form is about; empty for forms about something else. */
function manifestOf({ manifest = '' }: Values): string {
  return String(manifest);
}

/** Returns what merges an edited object with what someone else has made of it meanwhile. */
function useMerge(offer: Offer, selected: readonly unknown[]) {
  const session = useSession();
  const [theirs, setTheirs] = useState<Values | null>(null);
  const rows = rowsOf(offer, selected);
  const { action } = offer;
  return {
    theirs,
    cancel: () => setTheirs(null),
    async read(): Promise<void> {
      const held = await action.initial?.(session, rows[0]);
      setTheirs(initialValues(action, held ?? {}));
    },
    async plan(values: Values): Promise<Planned> {
      const plan = await action.plan(session, rows, values);
      setTheirs(null);
      return { plan, start: theirs ?? values, values };
    },
  };
}

interface FormDialogProps extends Taken {
  readonly onPlan: (planned: Planned) => void;
}

/** Reads what the form starts with: the object as it is now. */
function FormDialog(props: FormDialogProps) {
  const { offer, selected } = props;
  const { action } = offer;
  const session = useSession();
  const key = draftKey(offer, selected);
  const { data, error } = useQuery({
    queryKey: ['initial', key],
    queryFn: async (): Promise<Values> => {
      const row = rowsOf(offer, selected)[0];
      const held = row === undefined ? undefined : await action.initial?.(session, row);
      return readDraft(key) ?? initialValues(action, { ...held, ...offer.initial?.(selected) });
    },
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data !== undefined) return <LoadedForm {...props} draft={key} start={data} />;
  return (
    <Dialog isOpen onClose={close} title={titleOf(offer, selected)}>
      {error === null ? <Skeleton className="h-32 w-full" /> : <Failed error={error} />}
    </Dialog>
  );
}

interface LoadedFormProps extends FormDialogProps {
  /** Under which what is typed is kept. */
  readonly draft: string;
  readonly start: Values;
}

/** Asks for the inputs; what is wrong with them shows at their fields, and nothing typed is lost. */
function LoadedForm({ offer, selected, draft, start, onPlan, onDone }: LoadedFormProps) {
  const { action, choose } = offer;
  const formId = useId();
  const [values, setValues] = useState(start);
  const [chosen, setChosen] = useState('');
  const { error, isBusy, submit } = useSubmit({ offer, selected, draft, start, onPlan, onDone });
  const fields = error === null ? [] : explainFields(error);
  const cancel = () => {
    dropDraft(draft);
    close();
  };
  return (
    <Dialog
      isOpen
      isPersistent
      onClose={cancel}
      size={inputFields(action.inputs).some(({ syntax }) => syntax !== undefined) ? 'large' : 'medium'}
      title={titleOf(offer, selected)}
      {...(action.details === undefined ? {} : { description: action.details })}
      footer={
        <>
          <Button onClick={cancel}>Cancel</Button>
          <Button variant="primary" type="submit" form={formId} disabled={isBusy}>
            {isBusy ? 'Please wait …' : action.danger === 0 ? action.button : 'Review changes'}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          void submit(values, chosen);
        }}
      >
        {error !== null && <Failed error={error} />}
        {choose !== undefined && <ChooseNames kind={choose} value={chosen} onChange={setChosen} />}
        <ActionForm
          action={action}
          values={values}
          errors={new Map(fields.map(({ field, message }) => [field, message]))}
          onChange={(next) => {
            setValues(next);
            keepDraft(draft, action, next);
          }}
        />
      </form>
    </Dialog>
  );
}

interface Submission extends Omit<Taken, 'onDone'> {
  readonly draft: string;
  readonly start: Values;
  readonly onPlan: (planned: Planned) => void;
  readonly onDone: Taken['onDone'];
}

/** Returns what plans an action with its inputs and, where nothing is at stake, carries it out at once. */
function useSubmit({ offer, selected, draft, start, onPlan, onDone }: Submission) {
  const { action, choose } = offer;
  const session = useSession();
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const finish = useFinish(onDone);
  const submit = async (values: Values, chosen: string) => {
    setBusy(true);
    setError(null);
    try {
      const rows = choose === undefined ? rowsOf(offer, selected) : await findAll(session, choose, chosen);
      const plan = await action.plan(session, rows, values);
      if (plan.danger > 0) return onPlan({ plan, start, values });
      const outcomes = await runSteps(plan, () => undefined);
      dropDraft(draft);
      finish(action, plan, outcomes);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return { error, isBusy, submit };
}

function ChooseNames({
  kind,
  value,
  onChange,
}: {
  readonly kind: NonNullable<Offer['choose']>;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const { rows } = useRows(kind, { filter: '', sort: kind.sort });
  return (
    <Field label={kind.title} isRequired>
      {(control) => (
        <ListField
          control={control}
          value={value}
          onChange={onChange}
          items={rows.map((row) => kind.label(row))}
        />
      )}
    </Field>
  );
}

async function findAll(
  session: Session,
  kind: NonNullable<Offer['choose']>,
  names: string,
): Promise<readonly unknown[]> {
  const wanted = names
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  if (wanted.length === 0) throw new Error(`Choose at least one of the ${kind.title.toLowerCase()}.`);
  return Promise.all(
    wanted.map(async (name) => {
      const row = await findRow(kind, session, name);
      if (row === null) throw new Error(`There is no ${kind.singular} "${name}".`);
      return row;
    }),
  );
}

interface PlanDialogProps extends Proposed {
  readonly onBack?: () => void;
  /** Goes on where someone else changed the object meanwhile. */
  readonly onOvertaken?: () => Promise<void>;
}

/** Shows what a plan changes, asks as its danger demands, and carries it out. */
function PlanDialog({ plan, words, onDone, onBack, onOvertaken }: PlanDialogProps) {
  const [done, setDone] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(undefined);
  const finish = useFinish(onDone);
  const confirm = async () => {
    setDone(0);
    setError(undefined);
    try {
      finish(words, plan, await runSteps(plan, setDone));
    } catch (failure) {
      const isMerged = onOvertaken !== undefined && isOvertaken(failure);
      setError(isMerged ? await onOvertaken().catch((next: unknown) => next) : failure);
      setDone(null);
    }
  };
  return (
    <ConfirmPlan
      plan={plan}
      done={done}
      failure={error === undefined ? null : <Failed error={error} />}
      onConfirm={() => void confirm()}
      onCancel={onBack ?? close}
      cancelLabel={onBack === undefined ? 'Cancel' : 'Back'}
    />
  );
}

/** Returns what ends a dialog: it says what was done, reads again what shows it and shows secrets. */
function useFinish(onDone: Proposed['onDone']) {
  const queries = useQueryClient();
  return (
    words: { readonly done: string; readonly noun: string },
    plan: Plan,
    outcomes: readonly Outcome[],
  ) => {
    report(words, plan, outcomes);
    close();
    void queries.invalidateQueries();
    const secrets = outcomes.flatMap(({ secret }) => (secret === undefined ? [] : [secret]));
    if (secrets.length > 0) SecretsDialog.show(sentence(words, outcomes), secrets);
    onDone?.(outcomes);
  };
}

function Failed({ error }: { readonly error: unknown }) {
  const { message, fix } = explain(error);
  return (
    <Callout tone="bad" title={message}>
      {fix}
    </Callout>
  );
}

function explainFields(error: unknown): readonly { readonly field: string; readonly message: string }[] {
  return error instanceof InputFailure ? error.fields : explain(error).fields;
}

function titleOf({ action, title = action.title }: Offer, selected: readonly unknown[]): string {
  const [only] = selected;
  if (only === undefined || selected.length > 1 || action.takes === 'none') return title;
  return `${title}: ${action.kind.label(only)}`;
}

function draftKey({ action }: Offer, selected: readonly unknown[]): string {
  const ids = action.takes === 'none' ? [] : selected.map((row) => action.kind.id(row));
  return `${window.location.pathname}#${action.id}#${ids.join(',')}`;
}
