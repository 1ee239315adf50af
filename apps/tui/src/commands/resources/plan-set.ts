import { isOvertaken, planObjects } from '@portolan/console/actions/objects';
import type { ClusterRef } from '@portolan/console/actions/reverting';
import { Failure } from '@portolan/console/failure';
import { counted } from '@portolan/console/kinds/format';
import type { KubernetesObject } from '@portolan/console/kinds/objects';
import { planOf } from '../action-command.ts';
import type { Plan } from '../../state/command.ts';
import type { App } from '../../state/app.ts';

interface Change {
  readonly cluster: ClusterRef;
  readonly objects: readonly KubernetesObject[];
  /** Revision at which the objects were read, where that was before the plan. */
  readonly seenRevision?: number;
  /** Called when someone changed one of them since. */
  overtaken?(): Promise<void>;
}

/** Plans a set of objects as one change of a cluster: the difference, who is affected, and the undo. */
export async function planSet(app: App, change: Change): Promise<Plan> {
  const { cluster, objects, seenRevision } = change;
  const [first] = objects;
  const isOne = objects.length === 1 && first !== undefined;
  const name = isOne ? first.metadata.name : counted(objects.length, 'object');
  const set = { name, cluster, objects, ...(seenRevision === undefined ? {} : { seenRevision }) };
  const draft = await planObjects(app.session, [set]);
  const words = { done: 'applied', noun: isOne ? first.kind : 'set of' };
  const title = `Apply ${isOne ? `${first.kind} ` : ''}${name} to cluster ${cluster.name}`;
  const plan = planOf(app, words, {
    ...draft,
    title,
    danger: 1,
    button: 'Apply',
    object: isOne ? `${first.kind} ${name}` : name,
    typed: name,
  });
  return {
    ...plan,
    async run() {
      try {
        return await plan.run();
      } catch (error) {
        if (!isOvertaken(error)) throw error;
        await change.overtaken?.();
        throw new Failure(
          `${name} was changed by someone else meanwhile.`,
          'Edit it again to see the changes.',
        );
      }
    },
  };
}
