import { sentence, type Outcome, type Plan } from '@portolan/console/actions/action';
import { explain } from '@portolan/console/failure';
import { Callout } from '@portolan/ui/callout';
import { useQueryClient } from '@tanstack/react-query';
import type { Values } from './action-form.tsx';
import { report } from './carry-out.ts';
import type { Offer } from './offer.ts';
import { running, type Proposed } from './running.ts';
import { SecretsDialog } from './secrets-dialog.tsx';

/** A plan, and the values it was made of. */
export interface Planned {
  readonly plan: Plan;
  /** What the form began with, and what was submitted. */
  readonly start: Values;
  readonly values: Values;
}

/** Closes the dialog of what is being done. */
export function closeDialog(): void {
  running.set(null);
}

/** Returns what ends a dialog: it says what was done, reads again what shows it and shows secrets. */
export function useFinish(onDone: Proposed['onDone']) {
  const queries = useQueryClient();
  return (
    words: { readonly done: string; readonly noun: string },
    plan: Plan,
    outcomes: readonly Outcome[],
  ) => {
    report(words, plan, outcomes);
    closeDialog();
    void queries.invalidateQueries();
    const secrets = outcomes.flatMap(({ secret }) => (secret === undefined ? [] : [secret]));
    if (secrets.length > 0) SecretsDialog.show(sentence(words, outcomes), secrets);
    onDone?.(outcomes);
  };
}

/** What went wrong and what to do about it. */
export function Failed({ error }: { readonly error: unknown }) {
  const { message, fix } = explain(error);
  return (
    <Callout tone="bad" title={message}>
      {fix}
    </Callout>
  );
}

/** Returns the title of an offer's dialog: `Edit a user: ada@example.com`. */
export function titleOf({ action, title = action.title }: Offer, selected: readonly unknown[]): string {
  const [only] = selected;
  if (only === undefined || selected.length > 1 || action.takes === 'none') return title;
  return `${title}: ${action.kind.label(only)}`;
}
