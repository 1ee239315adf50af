import { type Action, type Outcome, type Plan as ActionPlan } from '@portolan/console/actions/action';
import { inputFields, type InputField, type InputValues } from '@portolan/console/actions/input';
import { findKindByName } from '@portolan/console/kinds/all-kinds';
import { Confirm } from '../overlays/confirm.ts';
import { Form, type Field } from '../overlays/form.ts';
import { Notice } from '../overlays/notice.ts';
import { runSteps } from '../overlays/run-steps.ts';
import type { App, Command } from '../state/app.ts';
import { ensureRead } from '../state/ensure-read.ts';
import type { Plan } from '../state/command.ts';

interface Options {
  /** Id of the command, which configuration binds keys to; that of the action by default. */
  readonly id?: string;
  readonly title?: string;
  readonly keys?: readonly string[];
  readonly kinds?: readonly string[];
  readonly hint?: string;
  /** Rows it is about, where they are not of the action's kind. */
  rows?(app: App): readonly unknown[];
  /** What the form starts with. */
  initial?(app: App): InputValues;
  /** Field the form starts at. */
  readonly focus?: string;
  /** Why it is not available now, beyond the action's own reasons; null when it is. */
  disabled?(app: App): string | null;
  /** Runs once it is done. */
  after?(app: App, outcomes: readonly Outcome[]): void | Promise<void>;
}

/** Returns the command that runs an action, or of two opposite ones the one that applies: asks for inputs, plans, confirms. */
export function actionCommand(action: Action, options: Options = {}, opposite?: Action): Command {
  const choose = (app: App): Choice | null => {
    const rows = rowsOf(app, action, options);
    const [first] = rows;
    const isOpposite = opposite !== undefined && first !== undefined && action.whyNot(first) !== null;
    const chosen = isOpposite ? opposite : action;
    // The first row decides for all; those that are so already stay as they are.
    const apt = rows.filter((row) => chosen.whyNot(row) === null);
    return { action: chosen, rows: opposite === undefined ? rows : apt };
  };
  const base = {
    id: options.id ?? action.id,
    title: options.title ?? action.title,
    keys: options.keys ?? action.keys,
    where: 'item' as const,
    kinds: options.kinds ?? [action.kind.name],
    // Everyone may for themselves; still it changes something, so it needs write mode.
    permission: action.permission === 'signed-in' ? ('workspace.read' as const) : action.permission,
    ...(options.hint === undefined ? {} : { hint: options.hint }),
    actions: opposite === undefined ? [action] : [action, opposite],
    disabled: (app: App) => options.disabled?.(app) ?? whyDisabled(app, choose(app), opposite !== undefined),
  };
  const hasInputs = [action, opposite].some((one) => one !== undefined && inputFields(one.inputs).length > 0);
  if (action.danger === 0 || hasInputs)
    return {
      ...base,
      danger: 0,
      async run(app) {
        const choice = choose(app);
        if (choice !== null) await openInputs(app, choice, options);
      },
    };
  return {
    ...base,
    danger: action.danger,
    async plan(app) {
      const choice = choose(app);
      if (choice === null) return null;
      return screenPlan(app, choice.action, await choice.action.plan(app.session, choice.rows, {}), options);
    },
  };
}

interface Choice {
  readonly action: Action;
  readonly rows: readonly unknown[];
}

function rowsOf(app: App, action: Action, { rows }: Options): readonly unknown[] {
  if (rows !== undefined) return rows(app);
  return action.takes === 'none' ? [] : app.navigation.targets(action.kind);
}

function whyDisabled(app: App, choice: Choice | null, isEither: boolean): string | null {
  if (choice === null) return 'nothing is selected';
  const { action, rows } = choice;
  if (action.permission === 'signed-in' && !app.connection.gate.isWritable)
    return 'read-only: press ! to switch to write mode';
  if (action.takes === 'none') return null;
  const { singular, title } = action.kind;
  if (rows.length === 0) return `no ${singular} is selected`;
  if (action.takes === 'one' && rows.length > 1) return `select one of the ${title.toLowerCase()} only`;
  if (isEither) return null;
  return rows.map((row) => action.whyNot(row)).find((reason) => reason !== null) ?? null;
}

/** Asks for the inputs, if there are any, and goes on with the plan. */
export async function openInputs(app: App, { action, rows }: Choice, options: Options): Promise<void> {
  const fields = inputFields(action.inputs);
  if (fields.length === 0) return carryOut(app, { action, rows }, {}, options);
  await ensureRead(app, ...fields.flatMap(({ of }) => (of === undefined ? [] : (findKindByName(of) ?? []))));
  const [row] = rows;
  const initial = options.initial?.(app) ?? (await action.initial?.(app.session, row)) ?? {};
  app.openOverlay(
    new Form({
      title: titleOf(action, rows),
      action: action.danger === 0 ? action.button.toLowerCase() : 'show the plan',
      ...(options.focus === undefined ? {} : { focus: options.focus }),
      fields: fields.map((field) => formField(app, field, initial[field.name])),
      submit: (values) => carryOut(app, { action, rows }, values, options),
    }),
  );
}

function titleOf(action: Action, rows: readonly unknown[]): string {
  const [first] = rows;
  if (first === undefined || rows.length > 1) return action.title;
  return `${action.title}: ${action.kind.label(first)}`;
}

function formField(
  app: App,
  field: InputField & { readonly name: string },
  given: InputValues[string],
): Field {
  const kind = field.of === undefined ? null : findKindByName(field.of);
  const names = kind === null ? field.choices : app.labelsOf(kind);
  const choices = field.isSwitch === true ? ['no', 'yes'] : names;
  const isSelect = field.isSwitch === true || field.isEnum === true;
  const only = kind !== null && field.isList !== true && names?.length === 1 ? names[0] : undefined;
  const initial = field.isSwitch === true ? 'no' : (field.initial ?? only ?? '');
  return {
    name: field.name,
    label: field.label,
    hint: field.help,
    value: typeof given === 'string' ? given : Array.isArray(given) ? given.join(', ') : initial,
    ...(choices === undefined ? {} : { choices, isSelect, isKnown: kind !== null }),
    ...(field.isList === true ? { isList: true } : {}),
    ...(field.isSecret === true ? { isSecret: true } : {}),
  };
}

/** Plans an action with its inputs; runs it at once when nothing is at stake, asks otherwise. */
export async function carryOut(
  app: App,
  { action, rows }: Choice,
  values: InputValues,
  options: Options,
): Promise<void> {
  const plan = await action.plan(app.session, rows, values);
  const shown = screenPlan(app, action, plan, options);
  const { danger } = plan;
  if (danger !== 0) {
    app.openOverlay(new Confirm(shown, { danger, title: action.title }, app.now()));
    return;
  }
  // What fails here shows in the form, with nothing that was typed lost.
  const result = await shown.run();
  if (app.overlay instanceof Form) app.closeOverlay();
  app.did({
    what: action.title,
    object: plan.object,
    result,
    ...(shown.undo === undefined ? {} : { undo: { redo: () => shown.run(), ...shown.undo } }),
  });
}

/** Returns a plan of an action as the screen shows and runs it. */
export function screenPlan(app: App, action: Action, plan: ActionPlan, options: Options = {}): Plan {
  return planOf(app, action, plan, (outcomes) => finish(app, action, outcomes, options));
}

/** Returns a plan as the screen shows and runs it; `words` make the sentence on what was done. */
export function planOf(
  app: App,
  words: { readonly done: string; readonly noun: string },
  plan: ActionPlan,
  done?: (outcomes: readonly Outcome[]) => Promise<void>,
): Plan {
  const { undo, title, steps } = plan;
  return {
    title,
    action: plan.button,
    object: plan.object,
    typed: app.confirmWord(plan.typed),
    count: steps.length,
    lines: plan.lines,
    async run() {
      const { text, outcomes } = await runSteps(app, { title, steps, action: words });
      await done?.(outcomes);
      return text;
    },
    ...(undo === undefined
      ? {}
      : {
          undo: {
            title: undo.title,
            ...(undo.lines === undefined ? {} : { lines: undo.lines }),
            async run() {
              const action = { done: undo.done, noun: words.noun };
              return (await runSteps(app, { title: undo.title, steps: undo.steps, action })).text;
            },
          },
        }),
  };
}

/** Selects what was created and shows what can be seen only once. */
async function finish(
  app: App,
  action: Action,
  outcomes: readonly Outcome[],
  options: Options,
): Promise<void> {
  const [first] = outcomes;
  if (first === undefined) return;
  if (action.takes === 'none' && first.id !== undefined)
    await app.navigation.showCreated(action.kind, first.id);
  await options.after?.(app, outcomes);
  const { secret } = first;
  if (secret === undefined) return;
  if (app.overlay !== null) app.closeOverlay();
  app.openOverlay(
    new Notice(secret.title, [{ type: 'note', tone: 'warn', text: secret.note }], {
      secret: secret.value,
      now: app.now,
    }),
  );
}
