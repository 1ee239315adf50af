import { planChanges, type ChangePlan } from '@portolan/contract/changes';
import { PlatformError } from '@portolan/contract/client';
import { applyResources, type labelSelector } from '@portolan/contract/resources';
import type { z } from 'zod';
import { Failure } from '../failure.ts';
import type { Cell } from '../kinds/block.ts';
import type { Session } from '../kinds/kind.ts';
import { diffObjects } from '../kinds/manifest-diff.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import { planLines, summaryLines, whyNotApplicable } from '../kinds/plan-lines.ts';
import { isWarning, type Outcome, type Plan } from './action.ts';
import { Reverting } from './reverting.ts';

/** Objects to apply as one change of a cluster. */
export interface ObjectSet {
  /** Shown for the set: `APIAccess crew-flights`. */
  readonly name: string;
  /** ID or name; may be left out while the workspace has one cluster. */
  readonly cluster?: string | undefined;
  readonly objects: readonly KubernetesObject[];
  /** Labels of objects that are deleted unless they are in the set. */
  readonly prune?: z.input<typeof labelSelector> | undefined;
  /** Revision at which the objects were read, where that was before the plan. */
  readonly seenRevision?: number | undefined;
  /** Whether a warning of the plan will have been dealt with once it is carried out. */
  isExpected?(warning: ChangePlan['warnings'][number]): boolean;
  /** What became of the set, in place of the saved revision. */
  readonly outcome?: Partial<Outcome>;
}

type PlannedSets = Pick<Plan, 'steps' | 'lines' | 'warnings'> &
  Required<Pick<Plan, 'changePlans'>> &
  Partial<Pick<Plan, 'title' | 'undo'>>;

/** Plans sets of objects, each as one change of its cluster: the difference, who is affected, and how to undo it. */
export async function planObjects(
  session: Session,
  sets: readonly ObjectSet[],
  options: { readonly title?: string; readonly lines?: readonly Cell[]; before?(): Promise<void> } = {},
): Promise<PlannedSets> {
  const planned = await Promise.all(sets.map((set) => planOne(session, set)));
  return {
    ...(options.title === undefined ? {} : { title: options.title }),
    lines: [...(options.lines ?? []), ...planned.flatMap((one) => one.lines)],
    // Removed lines of the differences are no warnings.
    warnings: [
      ...(options.lines ?? []),
      ...planned.flatMap(({ plan }) => (plan === null ? [] : summaryLines(plan))),
    ].filter(isWarning),
    changePlans: planned.flatMap(({ plan }) => plan ?? []),
    steps: planned.map(({ set, apply }) => ({
      name: set.name,
      async run() {
        await options.before?.();
        return { name: set.name, ...(await apply()) };
      },
    })),
    undo: {
      title: `Undo: ${options.title ?? `apply ${sets.map(({ name }) => name).join(', ')}`}`,
      lines: planned.flatMap((one) => one.reversed),
      done: 'restored',
      steps: planned.map(({ set, reverting }) => ({
        name: set.name,
        run: async () => ({ name: set.name, note: await reverting.back() }),
      })),
    },
  };
}

async function planOne(session: Session, set: ObjectSet) {
  const { client, workspace } = session;
  const { cluster, objects, prune } = set;
  const reverting = new Reverting(session);
  if (objects.length === 0)
    return {
      set,
      plan: null,
      reverting,
      lines: [set.outcome?.note ?? 'Nothing changes.'],
      reversed: [],
      apply: () => Promise.resolve(set.outcome ?? {}),
    };
  const body = {
    objects: [...objects],
    ...(cluster === undefined ? {} : { cluster }),
    ...(prune === undefined ? {} : { prune }),
  };
  const planned = await client.call(planChanges, { params: { workspace }, body });
  requireApplicable(planned);
  const plan = { ...planned, warnings: planned.warnings.filter((one) => set.isExpected?.(one) !== true) };
  return {
    set,
    plan,
    reverting,
    lines: planLines(plan),
    reversed: plan.changes.flatMap((one) => diffObjects(one.after, one.before)),
    async apply(): Promise<Partial<Outcome>> {
      const request = { ...body, revision: set.seenRevision ?? plan.revision };
      const done = await client.call(applyResources, { params: { workspace }, body: request });
      // What changes nothing has no revision of its own to undo.
      const isSame = done.deleted.length === 0 && done.changes.every(({ change }) => change === 'unchanged');
      if (!isSame) reverting.record(done.revision);
      return {
        object: done,
        ...(isSame
          ? { done: 'unchanged' }
          : { note: `Saved as revision ${done.revision}; cluster ${plan.cluster.name} is applying it.` }),
        ...set.outcome,
      };
    },
  };
}

function requireApplicable(plan: ChangePlan): void {
  const reason = whyNotApplicable(plan);
  if (reason !== null) throw new Failure(reason, 'Nothing was changed. Correct it and try again.');
}

/** Whether an object was changed by someone else since it was read. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof PlatformError && error.code === 'revision-mismatch';
}
