import type { Plan } from '@portolan/console/actions/action';
import { counted } from '@portolan/console/kinds/format';
import { Button } from '@portolan/ui/button';
import { CheckboxField } from '@portolan/ui/checkbox';
import { Dialog } from '@portolan/ui/dialog';
import { Field } from '@portolan/ui/field';
import { Input } from '@portolan/ui/input';
import { useId, useState, type ReactNode, type SubmitEvent } from 'react';
import { PlanView } from './plan-view.tsx';

interface ConfirmPlanProps {
  readonly plan: Plan;
  /** Steps that are done; null before it runs. */
  readonly done: number | null;
  readonly failure: ReactNode;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
  readonly cancelLabel: string;
}

/**
 * Asks to carry a plan out. Danger 0 and 1 take the button, 2 a ticked box as well, 3 the typed name; the terminal asks for the same
 * with a choice, a letter and the name.
 */
export function ConfirmPlan({ plan, done, failure, onConfirm, onCancel, cancelLabel }: ConfirmPlanProps) {
  const formId = useId();
  const [isSure, setSure] = useState(false);
  const [typed, setTyped] = useState('');
  const isBusy = done !== null;
  const isConfirmed = plan.danger === 3 ? typed === plan.typed : plan.danger === 2 ? isSure : true;
  return (
    <Dialog
      isOpen
      isPersistent
      onClose={onCancel}
      size={plan.lines.length > 8 ? 'large' : 'medium'}
      title={plan.title}
      footer={
        <>
          {isBusy && plan.steps.length > 1 && (
            <span role="status" className="mr-auto text-muted">
              {done} of {counted(plan.steps.length, 'step')}
            </span>
          )}
          <Button onClick={onCancel} disabled={isBusy}>
            {cancelLabel}
          </Button>
          <Button
            type="submit"
            form={formId}
            variant={plan.danger >= 2 ? 'danger' : 'primary'}
            disabled={isBusy || !isConfirmed}
          >
            {isBusy ? 'Please wait …' : plan.button}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          if (!isBusy && isConfirmed) onConfirm();
        }}
      >
        {failure}
        <PlanView plan={plan} />
        {plan.danger === 2 && (
          <CheckboxField
            label={`${plan.button} ${plan.object}`}
            help="Tick the box to go on."
            checked={isSure}
            onChange={(event) => setSure(event.target.checked)}
          />
        )}
        {plan.danger === 3 && (
          <Field
            label={`Type ${plan.typed} to go on`}
            {...(plan.steps.length > 1 ? { help: 'The number of objects this is about.' } : {})}
          >
            {(control) => (
              <Input
                {...control}
                value={typed}
                spellCheck={false}
                onChange={(event) => setTyped(event.target.value)}
              />
            )}
          </Field>
        )}
      </form>
    </Dialog>
  );
}
