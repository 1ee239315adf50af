import { rollBack, type ChangeSet } from '@portolan/contract/changes';
import type { Command, Plan } from '../../commands/command.ts';
import { Failure } from '@portolan/console/failure';
import { changes } from '@portolan/console/kinds/changes';
import { planLines, whyNotApplicable } from '@portolan/console/kinds/plan-lines';
import type { App } from '../../store/app.ts';

/** Going back to what was. */
export const changeCommands: readonly Command[] = [
  {
    id: 'changes.rollback',
    title: 'Roll back to this revision',
    keys: ['Z'],
    where: 'item',
    kinds: ['changes'],
    permission: 'resources.write',
    hint: 'roll back',
    danger: 2,
    disabled: (app) => (app.targets(changes).length === 1 ? null : 'it takes one revision'),
    plan(app) {
      const [set] = app.targets(changes);
      return set ? rollbackPlan(app, set) : null;
    },
  },
];

/** Makes the platform's objects of a cluster what they were as of a revision; the plan is shown first. */
async function rollbackPlan(app: App, set: ChangeSet): Promise<Plan> {
  const { client, workspace } = app.session;
  const params = { workspace, revision: set.revision };
  const plan = await client.call(rollBack, { params, body: { dryRun: true } });
  const reason = whyNotApplicable(plan);
  if (reason !== null) throw new Failure(`Revision ${set.revision} cannot be gone back to. ${reason}`);
  const { create, update, delete: gone } = plan.counts;
  if (create + update + gone === 0)
    throw new Failure(`Cluster ${set.cluster.name} is as it was at revision ${set.revision}.`);
  return {
    title: `Roll ${set.cluster.name} back to revision ${set.revision}`,
    action: 'Roll back',
    object: `${set.cluster.name} to revision ${set.revision}`,
    lines: planLines(plan),
    async run() {
      const body = { dryRun: false, seen: plan.revision };
      await client.call(rollBack, { params, body });
      return `${set.cluster.name} goes back to revision ${set.revision}; g y shows when it is in force.`;
    },
  };
}
