import { rollBack, type ChangePlan, type ChangeSet } from '@portolan/contract/changes';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { changes } from '../kinds/changes.ts';
import type { Session } from '../kinds/kind.ts';
import { planLines, whyNotApplicable } from '../kinds/plan-lines.ts';
import { defineAction, stepsFor } from './action.ts';
import { Reverting } from './reverting.ts';

const common = {
  permission: 'resources.write',
  danger: 2,
  kind: changes,
  takes: 'one',
  inputs: z.object({}),
} as const;

export const changeRollBack = defineAction({
  ...common,
  id: 'changes.rollBack',
  title: 'Roll a cluster back to a revision',
  button: 'Roll back',
  done: 'rolled back',
  details:
    'Makes the platform’s objects of the cluster what they were as of the revision, as a change of its own.',
  keys: ['Z'],
  async plan(session, rows) {
    const plans = await planReturns(session, rows, 'revision');
    return {
      title: `Roll back ${rows.map((set) => `cluster ${set.cluster.name} to revision ${set.revision}`).join(', ')}`,
      lines: plans.flatMap(planLines),
      changePlans: plans,
      ...returnSteps(session, { rows, plans, to: 'revision', done: 'restored' }),
    };
  },
});

export const changeUndo = defineAction({
  ...common,
  id: 'changes.undo',
  title: 'Undo this change',
  button: 'Undo',
  done: 'undone',
  details:
    'Takes back what the change did to its objects and leaves later changes of other objects, as a change of its own.',
  keys: ['W'],
  async plan(session, rows) {
    const plans = await planReturns(session, rows, 'without');
    return {
      title: `Undo ${rows.map((set) => `change ${set.revision} of cluster ${set.cluster.name}`).join(', ')}`,
      lines: plans.flatMap(planLines),
      changePlans: plans,
      ...returnSteps(session, { rows, plans, to: 'without', done: 'undone' }),
    };
  },
});

type Return = 'revision' | 'without';

/** Returns what each return would change; throws Failure where it cannot happen or would change nothing. */
async function planReturns(
  { client, workspace }: Session,
  rows: readonly ChangeSet[],
  to: Return,
): Promise<readonly ChangePlan[]> {
  const plans = await Promise.all(
    rows.map(({ revision }) =>
      client.call(rollBack, { params: { workspace, revision }, body: { to, dryRun: true } }),
    ),
  );
  for (const [at, plan] of plans.entries()) {
    const revision = rows[at]?.revision ?? 0;
    const reason = whyNotApplicable(plan);
    if (reason !== null)
      throw new Failure(
        `Revision ${revision} cannot be ${to === 'revision' ? 'restored' : 'undone'}. ${reason}`,
      );
    const { create, update, delete: deleted } = plan.counts;
    if (create + update + deleted === 0)
      throw new Failure(
        to === 'revision'
          ? `Cluster ${plan.cluster.name} already matches revision ${revision}.`
          : `Nothing of revision ${revision} is left to undo in cluster ${plan.cluster.name}.`,
      );
  }
  return plans;
}

/** Returns the steps, and those that take them back. */
function returnSteps(
  session: Session,
  {
    rows,
    plans,
    to,
    done,
  }: {
    readonly rows: readonly ChangeSet[];
    readonly plans: readonly ChangePlan[];
    readonly to: Return;
    readonly done: string;
  },
) {
  const { client, workspace } = session;
  const reverting = new Reverting(session);
  const names = rows.map(({ revision }) => String(revision)).join(', ');
  const steps = stepsFor(
    rows,
    (set) => String(set.revision),
    async (set) => {
      const body = { to, dryRun: false, seen: plans[rows.indexOf(set)]?.revision };
      const object = await client.call(rollBack, { params: { workspace, revision: set.revision }, body });
      reverting.record(object.revision);
      return { object, done, note: `Cluster ${set.cluster.name} is applying it.` };
    },
  );
  const undo = {
    title: `Take back: ${to === 'revision' ? 'roll back to' : 'undo of'} revision ${names}`,
    done: 'taken back',
    steps: [{ name: names, run: async () => ({ name: names, note: await reverting.back() }) }],
  };
  return { steps, undo };
}
