import { PlatformError } from '@portolan/contract/client';
import { planChanges } from '@portolan/contract/changes';
import { applyResources } from '@portolan/contract/resources';
import type { Plan } from '../../commands/command.ts';
import { Failure } from '@portolan/console/failure';
import { counted } from '@portolan/console/kinds/format';
import { diffObjects } from '@portolan/console/kinds/manifest-diff';
import type { KubernetesObject } from '@portolan/console/kinds/objects';
import { planLines, whyNotApplicable } from '@portolan/console/kinds/plan-lines';
import type { App } from '../../store/app.ts';
import { Reverting } from '@portolan/console/actions/reverting';

interface Change {
  readonly cluster: { readonly id: string; readonly name: string };
  readonly objects: readonly KubernetesObject[];
  /** Revision at which the objects were read, where that was before the plan. */
  readonly seenRevision?: number;
  /** Called when someone changed one of them since. */
  overtaken?(): Promise<void>;
}

/** Plans a set of objects as one change of a cluster: the difference, whom it reaches, and the way back. */
export async function planSet(app: App, change: Change): Promise<Plan> {
  const { client, workspace } = app.session;
  const { cluster, objects } = change;
  const [first] = objects;
  const body = { cluster: cluster.id, objects: [...objects] };
  const plan = await client.call(planChanges, { params: { workspace }, body });
  const reason = whyNotApplicable(plan);
  if (reason !== null) throw new Failure(reason, 'Correct it and save again.');
  const name =
    objects.length === 1 && first
      ? `${first.kind} ${first.metadata.name}`
      : counted(objects.length, 'object');
  const reverting = new Reverting(app.session, cluster);
  const apply = async (revision?: number) => {
    const request = { ...body, ...(revision === undefined ? {} : { revision }) };
    const done = await reverting.around(() =>
      client.call(applyResources, { params: { workspace }, body: request }),
    );
    return `${name} is saved as revision ${done.revision}; ${cluster.name} applies it now.`;
  };
  return {
    title: `Apply ${name} to ${cluster.name}`,
    action: 'Apply',
    object: name,
    lines: planLines(plan),
    async run() {
      try {
        return await apply(change.seenRevision ?? plan.revision);
      } catch (error) {
        if (!(error instanceof PlatformError) || error.code !== 'revision-mismatch') throw error;
        await change.overtaken?.();
        throw new Failure(`${name} was changed by someone else meanwhile.`, 'e edits what is there now.');
      }
    },
    undo: {
      title: `make ${name} what it was before`,
      lines: plan.changes.flatMap((one) => diffObjects(one.after, one.before)),
      run: () => reverting.back(),
      redo: () => apply(),
    },
  };
}
