import { whyNot } from '../state/why-not.ts';
import type { App, Command } from '../state/app.ts';

/** What only moves or changes something one sees. */
const VISUAL =
  /^(list|nav|history|tab|detail|page|pulse|preview|focus|columns|mark|mouse|sort|filter|palette|help|action|app|scope|view|copy\.menu|command\.repeat)/;

/** What can be done here, specific things first. */
export function commandsHere(app: App): readonly Command[] {
  return app.options.keymap.here(app.navigation.view).filter(({ id }) => !VISUAL.test(id));
}

/** Returns the commands a person may mean by some words: the one with just that title, or all that have them in theirs. */
export function commandFor(app: App, words: string): readonly Command[] {
  const wanted = words.toLowerCase();
  const here = commandsHere(app);
  const same = here.filter(({ title }) => title.toLowerCase() === wanted);
  if (same.length > 0) return same;
  const each = wanted.split(/\s+/);
  return here.filter(({ title }) => each.every((word) => title.toLowerCase().includes(word)));
}

export function nameOf(app: App, command: Command): string {
  const reason = whyNot(app, command);
  return reason === null ? command.title : `${command.title}, not available: ${reason}`;
}
