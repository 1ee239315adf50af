import { inputFields, InputFailure } from '@portolan/console/actions/input';
import { isOvertaken } from '@portolan/console/actions/object-sets';
import { explain } from '@portolan/console/failure';
import { findRow, type Session } from '@portolan/console/kinds/kind';
import { Button } from '@portolan/ui/button';
import { Dialog } from '@portolan/ui/dialog';
import { Field } from '@portolan/ui/field';
import { Skeleton } from '@portolan/ui/skeleton';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useId, useState, type SubmitEvent } from 'react';
import { useRows } from '../data/use-rows.ts';
import { useSession } from '../session/session-context.tsx';
import { ActionForm, initialValues, type Values } from './action-form.tsx';
import { runSteps } from './carry-out.ts';
import { closeDialog, Failed, titleOf, useFinish, type Planned } from './dialog-parts.tsx';
import { dropDraft, keepDraft, readDraft } from './drafts.ts';
import { ListField } from './list-field.tsx';
import { rowsOf, type Offer } from './offer.ts';
import type { Taken } from './running.ts';

export interface FormDialogProps extends Taken {
  readonly onPlan: (planned: Planned) => void;
}

/** Reads what the form starts with: the object as it is now. */
export function FormDialog(props: FormDialogProps) {
  const { offer, selected } = props;
  const { action } = offer;
  const session = useSession();
  const key = draftKey(offer, selected);
  const { data, error } = useQuery({
    queryKey: ['initial', key],
    queryFn: async (): Promise<{ readonly base: Values; readonly start: Values }> => {
      const row = rowsOf(offer, selected)[0];
      const held = row === undefined ? undefined : await action.initial?.(session, row);
      const base = initialValues(action, { ...held, ...offer.initial?.(selected) });
      return { base, start: readDraft(key) ?? base };
    },
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data !== undefined) return <LoadedForm {...props} draft={key} {...data} />;
  return (
    <Dialog isOpen onClose={closeDialog} title={titleOf(offer, selected)}>
      {error === null ? <Skeleton className="h-32 w-full" /> : <Failed error={error} />}
    </Dialog>
  );
}

const MergeDialog = lazy(() =>
  import('./merge-dialog.tsx').then(({ MergeDialog: view }) => ({ default: view })),
);

interface LoadedFormProps extends FormDialogProps {
  /** Under which what is typed is kept. */
  readonly draft: string;
  /** The object as it was read. */
  readonly base: Values;
  /** What the fields begin with: what was typed before, or the object. */
  readonly start: Values;
}

/** Asks for the inputs; what is wrong with them shows at their fields, and nothing typed is lost. */
function LoadedForm({ start, ...props }: LoadedFormProps) {
  const { offer, selected, draft } = props;
  const { action, choose } = offer;
  const formId = useId();
  const [values, setValues] = useState(start);
  const [chosen, setChosen] = useState('');
  const { error, isBusy, submit, overtaken, leaveMerge } = useSubmit(props);
  const fields = error === null ? [] : explainFields(error);
  const cancel = () => {
    dropDraft(draft);
    closeDialog();
  };
  if (overtaken !== null)
    return (
      <Suspense fallback={null}>
        <MergeDialog
          title={`${titleOf(offer, selected)} was changed by someone else meanwhile`}
          button={action.button}
          base={overtaken.before.base}
          mine={overtaken.mine}
          theirs={overtaken.now.base}
          onMerged={(merged) => {
            setValues(merged as Values);
            void submit(merged as Values, chosen, overtaken.now);
          }}
          onCancel={leaveMerge}
        />
      </Suspense>
    );
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

/** The objects that are changed, and the values of the first as they were read. */
interface Held {
  readonly rows: readonly unknown[];
  readonly base: Values;
}

/** What two people made of one object; what is decided is based on `now`. */
interface Overtaken {
  readonly before: Held;
  readonly mine: Values;
  readonly now: Held;
}

/**
 * Returns what plans an action with its inputs and, where nothing is at stake, carries it out at once. Where someone else has
 * changed the object meanwhile, `overtaken` has both versions.
 */
function useSubmit({ offer, selected, draft, base, onPlan, onDone }: Omit<LoadedFormProps, 'start'>) {
  const { action, choose } = offer;
  const session = useSession();
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const [overtaken, setOvertaken] = useState<Overtaken | null>(null);
  const finish = useFinish(onDone);
  const submit = async (
    values: Values,
    chosen: string,
    held: Held = { rows: rowsOf(offer, selected), base },
  ) => {
    setBusy(true);
    setError(null);
    setOvertaken(null);
    try {
      const rows = choose === undefined ? held.rows : await findAll(session, choose, chosen);
      const plan = await action.plan(session, rows, values);
      if (plan.danger > 0) return onPlan({ plan, start: held.base, values });
      const outcomes = await runSteps(plan, () => undefined);
      dropDraft(draft);
      finish(action, plan, outcomes);
    } catch (failure) {
      const now = isOvertaken(failure) ? await readAgain(session, offer, held.rows).catch(() => null) : null;
      if (now === null) setError(failure);
      else setOvertaken({ before: held, mine: values, now });
    } finally {
      setBusy(false);
    }
  };
  return { error, isBusy, submit, overtaken, leaveMerge: () => setOvertaken(null) };
}

/** Returns an object as it is now; null where there is not one, or it is merged as a manifest once it is planned. */
async function readAgain(
  session: Session,
  { action }: Offer,
  rows: readonly unknown[],
): Promise<Held | null> {
  const [row, ...more] = rows;
  if (row === undefined || more.length > 0 || action.initial === undefined) return null;
  if (inputFields(action.inputs).some(({ syntax }) => syntax !== undefined)) return null;
  const fresh = await findRow(action.kind, session, action.kind.id(row));
  if (fresh === null) return null;
  return { rows: [fresh], base: initialValues(action, await action.initial(session, fresh)) };
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

function explainFields(error: unknown): readonly { readonly field: string; readonly message: string }[] {
  return error instanceof InputFailure ? error.fields : explain(error).fields;
}

function draftKey({ action }: Offer, selected: readonly unknown[]): string {
  const ids = action.takes === 'none' ? [] : selected.map((row) => action.kind.id(row));
  return `${window.location.pathname}#${action.id}#${ids.join(',')}`;
}
