import { rollBack } from '@portolan/contract/changes';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { changes } from '../kinds/changes.ts';
import { planLines, whyNotApplicable } from '../kinds/plan-lines.ts';
import { defineAction, stepsFor } from './action.ts';

export const changeRollBack = defineAction({
  id: 'changes.rollBack',
  title: 'Roll a cluster back to a revision',
  button: 'Roll back',
  done: 'rolled back',
  details:
    'Makes the platform’s objects of the cluster what they were as of the revision, as a change of its own.',
  permission: 'resources.write',
  danger: 2,
  kind: changes,
  takes: 'one',
  keys: ['Z'],
  inputs: z.object({}),
  async plan({ client, workspace }, rows) {
    const plans = await Promise.all(
      rows.map((set) =>
        client.call(rollBack, { params: { workspace, revision: set.revision }, body: { dryRun: true } }),
      ),
    );
    for (const [at, plan] of plans.entries()) {
      const revision = rows[at]?.revision ?? 0;
      const reason = whyNotApplicable(plan);
      if (reason !== null) throw new Failure(`Revision ${revision} cannot be restored. ${reason}`);
      const { create, update, delete: deleted } = plan.counts;
      if (create + update + deleted === 0)
        throw new Failure(`Cluster ${plan.cluster.name} already matches revision ${revision}.`);
    }
    return {
      title: `Roll back ${rows.map((set) => `cluster ${set.cluster.name} to revision ${set.revision}`).join(', ')}`,
      lines: plans.flatMap(planLines),
      steps: stepsFor(
        rows,
        (set) => String(set.revision),
        async (set) => {
          const seen = plans[rows.indexOf(set)]?.revision;
          const body = { dryRun: false, ...(seen === undefined ? {} : { seen }) };
          const object = await client.call(rollBack, { params: { workspace, revision: set.revision }, body });
          return { object, done: 'restored', note: `Cluster ${set.cluster.name} is applying it.` };
        },
      ),
    };
  },
});
