import { apis } from '@portolan/console/kinds/apis';
import { clusters } from '@portolan/console/kinds/clusters';
import { groups } from '@portolan/console/kinds/groups';
import { keys } from '@portolan/console/kinds/keys';
import { users } from '@portolan/console/kinds/users';
import { Button } from '@portolan/ui/button';
import { Card } from '@portolan/ui/card';
import { Check } from 'lucide-react';
import type { Offer } from '../../actions/offer.ts';
import { STEP_ACTIONS, type StepAction } from './step-actions.ts';
import { take } from '../../actions/running.ts';
import { useRows } from '../../data/use-rows.ts';
import { useWriteLock } from '../../preferences/write-lock.ts';
import { mayDo, useSession } from '../../session/session-context.tsx';
import { useCount } from './counts.ts';

/** A part of the way to the first call that succeeds. */
interface Step {
  readonly text: string;
  readonly isDone: boolean;
  readonly action: StepAction;
  readonly takes: Offer['takes'];
  readonly selected: readonly unknown[];
}

/** The way to the first call that succeeds, as long as it has not been gone; the same as in the terminal. */
export function NextSteps() {
  const session = useSession();
  const { isLocked } = useWriteLock();
  const steps = useSteps();
  if (steps === null || steps.every(({ isDone }) => isDone)) return null;
  const next = steps.find(({ isDone }) => !isDone);
  return (
    <Card title="To the first call">
      <ol className="flex flex-col gap-1">
        {steps.map((step, at) => (
          <li key={step.text} className="flex min-h-8 items-center gap-3">
            <span
              aria-hidden
              className={`inline-flex size-5 shrink-0 items-center justify-center rounded-full text-xs ${step.isDone ? 'bg-ok-soft text-ok' : 'bg-sunken text-muted'}`}
            >
              {step.isDone ? <Check size={12} /> : at + 1}
            </span>
            <span className={`flex-1 ${step.isDone ? 'text-muted line-through' : ''}`}>
              {step.text}
              {step.isDone && <span className="sr-only"> (done)</span>}
            </span>
            {!step.isDone && mayDo(session, step.action.permission) && (
              <Button
                size="small"
                variant={step === next ? 'primary' : 'secondary'}
                disabled={isLocked}
                onClick={() => void begin(step)}
              >
                {step.action.button}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}

function useSteps(): readonly Step[] | null {
  const clusterCount = useCount(clusters, 'clusters.read');
  const groupCount = useCount(groups, 'users.read');
  const userCount = useCount(users, 'users.read');
  const keyCount = useCount(keys, 'keys.read');
  const { rows, isPending } = useRows(apis, { filter: '', sort: 'name' }, { isPolled: false });
  if (isPending || [clusterCount, groupCount, userCount, keyCount].some((count) => count === undefined))
    return null;
  const isGranted = rows.some((api) => api.access.length > 0);
  const none = { takes: 'none', selected: [] } as const;
  return [
    {
      text: 'Enrol a cluster and start its agent',
      isDone: (clusterCount?.total ?? 0) > 0,
      action: STEP_ACTIONS.cluster,
      ...none,
    },
    {
      text: 'Create an API for a Service of the cluster',
      isDone: rows.length > 0,
      action: STEP_ACTIONS.api,
      ...none,
    },
    {
      text: 'Create a group: APIs are granted to groups',
      isDone: (groupCount?.total ?? 0) > 0,
      action: STEP_ACTIONS.group,
      ...none,
    },
    {
      text: 'Create a user in the group',
      isDone: (userCount?.total ?? 0) > 0,
      action: STEP_ACTIONS.user,
      ...none,
    },
    {
      text: 'Create an API key for the user',
      isDone: (keyCount?.total ?? 0) > 0,
      action: STEP_ACTIONS.key,
      ...none,
    },
    {
      text: 'Grant the API to the group',
      isDone: isGranted,
      action: STEP_ACTIONS.grant,
      takes: 'some',
      selected: rows.slice(0, 1),
    },
  ];
}

/** Opens the form of a step. Forms are loaded with the first that is opened: they take more code than the page. */
async function begin({ action: { id, title }, takes, selected }: Step): Promise<void> {
  const [{ allActions }, { TEMPLATES }] = await Promise.all([
    import('@portolan/console/actions/all-actions'),
    import('@portolan/console/actions/templates'),
  ]);
  const action = allActions.find((one) => one.id === id);
  if (action === undefined) throw new Error(`there is no action ${id}`);
  const manifests = TEMPLATES.find(({ name }) => name === 'API')?.text ?? '';
  const form = id === STEP_ACTIONS.api.id ? { initial: () => ({ manifests }) } : {};
  take({ offer: { action, takes, ...form, ...(title === undefined ? {} : { title }) }, selected });
}
