import type { planApply } from '@portolan/console/actions/manifests';
import { isOvertaken } from '@portolan/console/actions/object-sets';
import { Failure } from '@portolan/console/failure';
import { planOf } from '../action-command.ts';
import type { Plan } from '../../state/command.ts';
import type { App } from '../../state/app.ts';

/** Returns a plan about manifests as the screen shows it; `overtaken` is called when someone changed one of the objects since. */
export function screenPlanOf(
  app: App,
  draft: Awaited<ReturnType<typeof planApply>>,
  button: 'Apply' | 'Create',
  overtaken?: () => Promise<void>,
): Plan {
  const { object } = draft;
  const words = { done: button === 'Apply' ? 'applied' : 'created', noun: 'object' };
  const plan = planOf(app, words, { ...draft, danger: 1, button, typed: object });
  return {
    ...plan,
    async run() {
      try {
        return await plan.run();
      } catch (error) {
        if (!isOvertaken(error)) throw error;
        await overtaken?.();
        throw new Failure(
          `${object} was changed by someone else meanwhile.`,
          'Edit it again to see the changes.',
        );
      }
    },
  };
}
