import { cellOf } from '@portolan/console/kinds/block';
import { Confirm } from '../overlays/confirm.ts';
import { Form, type Field } from '../overlays/form.ts';
import { Merge } from '../overlays/merge.ts';
import { Notice } from '../overlays/notice.ts';
import { Picker, type Item } from '../overlays/picker.ts';
import type { App } from '../state/app.ts';
import { createTheme } from '../terminal/theme.ts';
import { spoken } from './spoken.ts';
import type { LinePrompt } from './line-prompt.ts';

const CHOICES_MAX = 20;
const PLAIN = createTheme('none', { level: 0, ascii: true });
/** Nothing of an overlay that has no conversation of its own is cut off. */
const WIDE = { width: 2_000, height: 1_000 };

/** Asks in sentences what the open overlay asks on a screen, and what comes of the answer, until nothing is asked. */
export async function converse(app: App, prompt: LinePrompt): Promise<void> {
  while (app.overlay) {
    const { overlay } = app;
    if (overlay instanceof Form) await fillIn(overlay, app, prompt);
    else if (overlay instanceof Picker) await choose(overlay, app, prompt);
    else if (overlay instanceof Confirm) await decide(overlay, app, prompt);
    else if (overlay instanceof Notice) readOut(overlay, app, prompt);
    else await press(app, prompt, overlay instanceof Merge);
    await app.busy.idle();
  }
}

/** One question after the other; what is refused is asked again, and nothing else. */
async function fillIn(form: Form, app: App, prompt: LinePrompt): Promise<void> {
  prompt.say(`${form.title}. An empty answer keeps what is there, a dash empties it, cancel leaves.`);
  let asked = form.fields;
  while (app.overlay === form) {
    for (const field of asked) {
      for (const hint of hintsOf(form, field)) prompt.say(`${hint}.`);
      const value = field.isSecret === true ? '' : form.valueOf(field.name);
      const now = value === '' ? '' : `, now ${value}`;
      const answer = await prompt.ask(`${field.label}${now}: `, { isSecret: field.isSecret === true });
      if (answer === 'cancel') return form.leave(app);
      if (answer !== '') form.setValue(field.name, answer === '-' ? '' : answer);
    }
    await form.save(app);
    if (app.overlay !== form) return;
    const wrong = form.fields.filter((field) => form.errorOf(field.name) !== '');
    if (wrong.length === 0) prompt.say(form.problem ?? 'It was not saved.');
    asked = wrong.length > 0 ? wrong : form.fields;
  }
}

/** What is wrong, what is meant, and what could be answered; in lines of their own, so that the question stays short. */
function hintsOf(form: Form, field: Field): readonly string[] {
  const error = form.errorOf(field.name);
  const { hint = '', choices = [] } = field;
  const more = choices.length > CHOICES_MAX ? ` and ${choices.length - CHOICES_MAX} more` : '';
  return [
    error === '' ? '' : `${field.label}: ${error}`,
    hint.replace(/;? *tab completes/, ''),
    choices.length === 0 ? '' : `One of ${choices.slice(0, CHOICES_MAX).join(', ')}${more}`,
  ].flatMap((text) => (text === '' ? [] : text.replace(/\.$/, '')));
}

/** Numbered choices; words narrow them down. */
async function choose(picker: Picker, app: App, prompt: LinePrompt): Promise<void> {
  let query = '';
  while (app.overlay === picker) {
    const items = picker.find(query);
    prompt.say(items.length === 0 ? 'Nothing matches.' : `${picker.title}. ${items.length} to choose from.`);
    prompt.tell(items.slice(0, CHOICES_MAX).map((item, at) => `${at + 1}. ${nameOf(item)}`));
    const answer = await prompt.ask('A number, words to search for, or an empty answer to leave: ');
    if (answer === '' || answer === 'cancel') return app.closeOverlay();
    const item = /^\d+$/.test(answer) ? items[Number(answer) - 1] : undefined;
    if (!item) query = /^\d+$/.test(answer) ? query : answer;
    else if (typeof item.disabled === 'string') prompt.say(`Not available: ${item.disabled}.`);
    else await picker.choose(item, app);
  }
}

function nameOf({ label, note = '', disabled }: Item): string {
  const rest = typeof disabled === 'string' ? `not available: ${disabled}` : note;
  return rest === '' ? label : `${label}, ${rest}`;
}

async function decide(confirm: Confirm, app: App, prompt: LinePrompt): Promise<void> {
  const { plan, word } = confirm;
  prompt.say(`${plan.title}.`);
  prompt.tell(plan.lines.map((cell) => cellOf(cell).text));
  const wanted = word ?? 'yes';
  const answer = await prompt.ask(`Type ${wanted} to ${plan.action}; anything else changes nothing: `);
  if (answer === wanted) return confirm.agree(app);
  app.closeOverlay();
  prompt.say('Nothing was changed.');
}

/** A secret is said once, here where it was asked for. */
function readOut(notice: Notice, app: App, prompt: LinePrompt): void {
  prompt.say(`${notice.title}.`);
  prompt.tell(notice.blocks.flatMap(spoken));
  if (notice.secret !== null) prompt.say(`It is shown once: ${notice.secret}`);
  app.closeOverlay();
}

/** What has no conversation of its own is read as it is drawn, and takes its keys as words. */
async function press(app: App, prompt: LinePrompt, isDecision: boolean): Promise<void> {
  const { overlay } = app;
  if (!overlay) return;
  prompt.say(`${overlay.title}.`);
  prompt.tell(
    overlay
      .draw(WIDE, PLAIN)
      .lines.map((line) => line.trim())
      .filter((line) => line !== ''),
  );
  const key = await prompt.ask(`${isDecision ? 'Both changed it. ' : ''}Keys: ${overlay.hints}. Which key? `);
  await overlay.key(key === '' ? 'enter' : key, app);
}
