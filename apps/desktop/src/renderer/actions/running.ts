import type { Outcome, Plan, PlanUndo } from '@portolan/console/actions/action';
import { createStore } from '../preferences/store.ts';
import type { Offer } from './offer.ts';

/** An offer that was taken: its dialog is open. */
export interface Taken {
  readonly offer: Offer;
  readonly selected: readonly unknown[];
  /** Field of a manifest at which its editor opens: `spec.rules[0].host`. */
  readonly field?: string;
  /** Called once it is done. */
  readonly onDone?: (outcomes: readonly Outcome[]) => void;
}

/** A plan that was made elsewhere than by an action's form: an edited manifest, an undo. */
export interface Proposed {
  readonly plan: Plan;
  readonly words: { readonly done: string; readonly noun: string };
  readonly onDone?: (outcomes: readonly Outcome[]) => void;
}

/** What is being done: the action dialog shows it. */
export const running = createStore<
  ({ readonly type: 'offer' } & Taken) | ({ readonly type: 'plan' } & Proposed) | null
>(null);

/** Opens the form of an offer, or its plan where it asks for nothing. */
export function take(taken: Taken): void {
  running.set({ type: 'offer', ...taken });
}

/** Shows a plan to be confirmed. */
export function propose(proposed: Proposed): void {
  running.set({ type: 'plan', ...proposed });
}

/** Something that was done here, and how to take it back. */
export interface Done {
  readonly at: number;
  readonly text: string;
  readonly undo: PlanUndo | undefined;
  readonly noun: string;
}

const KEPT_MAX = 50;

/** What was done since the page was opened, the latest first. */
export const journal = createStore<readonly Done[]>([]);

export function record(done: Done): void {
  journal.set([done, ...journal.get()].slice(0, KEPT_MAX));
}

/** Shows how something is taken back, to be confirmed. */
export function proposeUndo({ undo, noun }: Done): void {
  if (undo === undefined) return;
  propose({
    words: { done: undo.done, noun },
    plan: {
      title: undo.title,
      danger: 1,
      button: 'Undo',
      lines: undo.lines ?? [],
      warnings: [],
      object: undo.steps.map(({ name }) => name).join(', '),
      typed: '',
      steps: undo.steps,
    },
  });
}
