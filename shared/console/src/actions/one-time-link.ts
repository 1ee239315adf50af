import type { Outcome } from './action.ts';

/** What became of a one-time link: mailed, or to be handed over by hand. */
export function linkOutcome(
  title: string,
  made: { readonly url: string | null; readonly mailed: boolean; readonly problem: string | null },
): Partial<Outcome> {
  if (made.url === null) return { object: made, done: 'e-mailed' };
  const failed = made.problem === null ? '' : `The link could not be e-mailed: ${made.problem}. `;
  return {
    object: made,
    secret: {
      title,
      note: `${failed}Give this link to the person: it is shown this once.`,
      value: made.url,
    },
  };
}
