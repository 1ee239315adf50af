import { inputFields } from '@portolan/console/actions/input';
import { isOvertaken } from '@portolan/console/actions/object-sets';
import { Dialog } from '@portolan/ui/dialog';
import { Skeleton } from '@portolan/ui/skeleton';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useStore } from '../preferences/store.ts';
import { useSession } from '../session/session-context.tsx';
import { initialValues, type Values } from './action-form.tsx';
import { runSteps } from './carry-out.ts';
import { ConfirmPlan } from './confirm-plan.tsx';
import { closeDialog, Failed, titleOf, useFinish, type Planned } from './dialog-parts.tsx';
import { FormDialog, type FormDialogProps } from './form-dialog.tsx';
import { rowsOf, type Offer } from './offer.ts';
import { running, type Proposed, type Taken } from './running.ts';

const ManifestMerge = lazy(() =>
  import('./manifest-merge.tsx').then(({ ManifestMerge: view }) => ({ default: view })),
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
        <ManifestMerge
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
    <Dialog isOpen onClose={closeDialog} title={titleOf(offer, selected)}>
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
      onCancel={onBack ?? closeDialog}
      cancelLabel={onBack === undefined ? 'Cancel' : 'Back'}
    />
  );
}
