import type { Action } from '@portolan/console/actions/action';
import type { InputValues } from '@portolan/console/actions/input';
import type { Kind } from '@portolan/console/kinds/kind';

/** An action as one kind's pages offer it. */
export interface Offer {
  readonly action: Action;
  /** In place of the action's title. */
  readonly title?: string;
  /** In place of the action's keys. */
  readonly keys?: readonly string[];
  /** Objects it is about, where they are not those selected. */
  rows?(selected: readonly unknown[]): readonly unknown[];
  /** What its form starts with, in place of what the action says. */
  initial?(selected: readonly unknown[]): InputValues;
  /** Kind of objects its form asks for first, where it is about others than those selected. */
  readonly choose?: Kind;
  /** Whether it is offered for what is selected, though it is about nothing or something else. */
  readonly takes: Action['takes'];
}

/** Returns the objects an offer is about. */
export function rowsOf({ rows, takes, choose }: Offer, selected: readonly unknown[]): readonly unknown[] {
  if (takes === 'none' || choose !== undefined) return [];
  return rows === undefined ? selected : rows(selected);
}

/** Returns why an offer cannot be taken for what is selected; null when it can. */
export function whyNot(offer: Offer, selected: readonly unknown[]): string | null {
  const { action, takes } = offer;
  if (takes === 'none') return null;
  if (selected.length === 0) return 'Select at least one.';
  if (takes === 'one' && selected.length > 1) return 'Select one only.';
  // An action about other objects than those selected has nothing against these.
  if (action.takes === 'none' || offer.choose !== undefined) return null;
  const reasons = rowsOf(offer, selected).map((row) => action.whyNot(row));
  return reasons.every((reason) => reason !== null) ? (reasons[0] ?? null) : null;
}
