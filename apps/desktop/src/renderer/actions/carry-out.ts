import { sentence, type Outcome, type Plan } from '@portolan/console/actions/action';
import { explain } from '@portolan/console/failure';
import { toast } from '@portolan/ui/toast';
import { proposeUndo, record, type Done } from './running.ts';

/** A plan that stopped at one of its steps; what was done before stays done. */
class StepFailure extends Error {
  readonly outcomes: readonly Outcome[];
  constructor(message: string, outcomes: readonly Outcome[], cause: unknown) {
    super(message, { cause });
    this.outcomes = outcomes;
  }
}

/** Runs the steps of a plan one after another; reports how many are done. Throws StepFailure at the first that fails. */
export async function runSteps(
  { steps }: Pick<Plan, 'steps'>,
  onProgress: (done: number) => void,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const step of steps) {
    try {
      outcomes.push(await step.run());
    } catch (error) {
      // What failed first failed alone: its own message and fields say everything.
      if (outcomes.length === 0) throw error;
      const { message } = explain(error);
      const text = `${step.name}: ${message} ${outcomes.length} of ${steps.length} were done before.`;
      throw new StepFailure(text, outcomes, error);
    }
    onProgress(outcomes.length);
  }
  return outcomes;
}

/** Says what was done, and keeps it so that it can be taken back. */
export function report(
  words: { readonly done: string; readonly noun: string },
  plan: Plan,
  outcomes: readonly Outcome[],
): void {
  const done: Done = { at: Date.now(), text: sentence(words, outcomes), undo: plan.undo, noun: words.noun };
  record(done);
  toast({
    title: done.text,
    ...(plan.undo === undefined ? {} : { action: { label: 'Undo', run: () => proposeUndo(done) } }),
  });
}
