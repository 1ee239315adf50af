import { apiGrant } from '@portolan/console/actions/grant';
import { groupCreate } from '@portolan/console/actions/groups';
import { keyCreate } from '@portolan/console/actions/keys';
import { resourceCreate } from '@portolan/console/actions/manifests';
import { TEMPLATES } from '@portolan/console/actions/templates';
import { userCreate } from '@portolan/console/actions/users';
import { clusterCreate } from '@portolan/console/actions/clusters';
import { apis } from '@portolan/console/kinds/apis';
import { clusters } from '@portolan/console/kinds/clusters';
import { groups } from '@portolan/console/kinds/groups';
import { keys } from '@portolan/console/kinds/keys';
import { users } from '@portolan/console/kinds/users';
import { Button } from '@portolan/ui/button';
import { Card } from '@portolan/ui/card';
import { Check } from 'lucide-react';
import type { Offer } from '../../actions/offer.ts';
import { take } from '../../actions/running.ts';
import { useRows } from '../../data/use-rows.ts';
import { useWriteLock } from '../../preferences/write-lock.ts';
import { mayDo, useSession } from '../../session/session-context.tsx';
import { useCount } from './counts.ts';

/** A part of the way to the first call that succeeds. */
interface Step {
  readonly text: string;
  readonly isDone: boolean;
  readonly offer: Offer;
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
            {!step.isDone && mayDo(session, step.offer.action.permission) && (
              <Button
                size="small"
                variant={step === next ? 'primary' : 'secondary'}
                disabled={isLocked}
                onClick={() => take({ offer: step.offer, selected: step.selected })}
              >
                {step.offer.action.button}
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
  const { rows, isPending } = useRows(apis, { filter: '', sort: 'name' });
  if (isPending || [clusterCount, groupCount, userCount, keyCount].some((count) => count === undefined))
    return null;
  const isGranted = rows.some((api) => api.access.length > 0);
  const manifests = TEMPLATES.find(({ name }) => name === 'API')?.text ?? '';
  const none = (action: Offer['action']): Pick<Step, 'offer' | 'selected'> => ({
    offer: { action, takes: 'none' },
    selected: [],
  });
  return [
    {
      text: 'Enrol a cluster and start its agent',
      isDone: (clusterCount?.total ?? 0) > 0,
      ...none(clusterCreate),
    },
    {
      text: 'Create an API for a Service of the cluster',
      isDone: rows.length > 0,
      offer: { action: resourceCreate, title: 'New API', takes: 'none', initial: () => ({ manifests }) },
      selected: [],
    },
    {
      text: 'Create a group: APIs are granted to groups',
      isDone: (groupCount?.total ?? 0) > 0,
      ...none(groupCreate),
    },
    { text: 'Create a user in the group', isDone: (userCount?.total ?? 0) > 0, ...none(userCreate) },
    { text: 'Create an API key for the user', isDone: (keyCount?.total ?? 0) > 0, ...none(keyCreate) },
    {
      text: 'Grant the API to the group',
      isDone: isGranted,
      offer: { action: apiGrant, takes: 'some' },
      selected: rows.slice(0, 1),
    },
  ];
}
