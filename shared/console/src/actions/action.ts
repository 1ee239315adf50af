import type { ChangePlan } from '@portolan/contract/changes';
import type { Permission } from '@portolan/contract/permissions';
import type { z } from 'zod';
import { cellOf, type Cell } from '../kinds/block.ts';
import { counted, inText } from '../kinds/format.ts';
import type { Kind, Session } from '../kinds/kind.ts';
import { readInputs, type InputValues } from './input.ts';

/** What it takes to confirm: 0 nothing, 1 a choice, 2 a typed letter, 3 the typed name. */
export type Danger = 0 | 1 | 2 | 3;

/** Something that is shown only once. */
export interface Secret {
  /** `API key of ada@example.com` */
  readonly title: string;
  /** What to do with it, in whole sentences. */
  readonly note: string;
  readonly value: string;
}

/** What was done to one object. */
export interface Outcome {
  /** Name of the object: `mobile`. */
  readonly name: string;
  /** Tells objects of one name apart: `ada@example.com`. */
  readonly of?: string;
  readonly id?: string;
  /** The object as it is now, where the platform returned it. */
  readonly object?: unknown;
  readonly secret?: Secret;
  /** What else is true now, in whole sentences. */
  readonly note?: string;
  /** Kind in the singular in place of the action's. */
  readonly noun?: string;
  /** Word in place of the action's `done`: `unchanged`. */
  readonly done?: string;
}

/** One object of a plan. */
export interface Step {
  readonly name: string;
  run(): Promise<Outcome>;
}

/** Takes back what a plan did. */
export interface PlanUndo {
  /** In the imperative: `Resume key mobile`. */
  readonly title: string;
  readonly lines?: readonly Cell[];
  /** Past participle for what the steps do: `resumed`. */
  readonly done: string;
  readonly steps: readonly Step[];
}

/** What an action is about to do, for a person to judge. Nothing happens before its steps run. */
export interface Plan {
  readonly title: string;
  readonly danger: Danger;
  /** Label of the button that carries it out. */
  readonly button: string;
  /** What changes and for whom. */
  readonly lines: readonly Cell[];
  /** Those of the lines that are shown even where nobody is asked. */
  readonly warnings: readonly Cell[];
  /** Names of what it is about. */
  readonly object: string;
  /** What a person types to confirm danger 3. */
  readonly typed: string;
  readonly steps: readonly Step[];
  readonly undo?: PlanUndo;
  /** Of a plan about manifests: each object before and after, for front ends that compare them side by side. */
  readonly changePlans?: readonly ChangePlan[];
}

/** How many objects an action is about: none yet, exactly one, or one and more. */
export type Takes = 'none' | 'one' | 'some';

/** Something an administrator can do, the same for every front end: keys, palette, buttons and the command line. */
export interface Action {
  /** `keys.suspend` */
  readonly id: string;
  /** `Suspend API keys` */
  readonly title: string;
  readonly button: string;
  /** Past participle for what it does to an object: `suspended`. */
  readonly done: string;
  /** What it means, in whole sentences. */
  readonly details?: string;
  readonly permission: Permission | 'signed-in';
  readonly danger: Danger;
  /** Kind of the objects it takes or makes. */
  readonly kind: Kind;
  /** The kind in the singular, where it is not that of `kind`. */
  readonly noun: string;
  readonly takes: Takes;
  readonly inputs: z.ZodObject;
  /** Default keys in front ends with a keyboard. */
  readonly keys: readonly string[];
  /** Why it cannot be done to an object; null when it can. */
  whyNot(row: unknown): string | null;
  /** Returns what a form starts with: the object as it is now; absent where the inputs start with their own defaults. */
  initial?(session: Session, row: unknown): Promise<InputValues>;
  /** Reads what the plan has to show; throws InputFailure, Failure or PlatformError. */
  plan(session: Session, rows: readonly unknown[], values: InputValues): Promise<Plan>;
}

type Draft = Pick<Plan, 'steps' | 'undo' | 'changePlans'> &
  Partial<Pick<Plan, 'title' | 'danger' | 'lines' | 'warnings' | 'typed' | 'object'>>;

interface Definition<T, S extends z.ZodObject> extends Omit<
  Action,
  'plan' | 'whyNot' | 'initial' | 'kind' | 'keys' | 'noun'
> {
  readonly kind: Kind<T>;
  readonly noun?: string;
  readonly keys?: readonly string[];
  readonly inputs: S;
  whyNot?(row: T): string | null;
  initial?(session: Session, row: T): Promise<InputValues> | InputValues;
  plan(session: Session, rows: readonly T[], inputs: z.output<S>): Draft | Promise<Draft>;
}

/** Makes an action of its definition: parses inputs, checks the objects and completes the plan. */
export function defineAction<T, S extends z.ZodObject>(definition: Definition<T, S>): Action {
  const { initial, ...rest } = definition;
  const { kind, button, inputs } = rest;
  const noun = definition.noun ?? kind.singular;
  return {
    ...rest,
    ...(initial === undefined
      ? {}
      : { initial: async (session: Session, row: unknown) => initial(session, row as T) }),
    kind,
    noun,
    keys: definition.keys ?? [],
    // Rows come from the action's own kind, so they are of its type.
    whyNot: (row) => definition.whyNot?.(row as T) ?? null,
    async plan(session, rows, values) {
      const chosen = rows as readonly T[];
      const draft = await definition.plan(session, chosen, readInputs(inputs, values));
      const names = chosen.map((row) => kind.label(row));
      const steps = draft.steps.map(({ name }) => name);
      const object = draft.object ?? (names.length === 0 ? steps : names).join(', ');
      const what = names.length > 1 ? counted(names.length, inText(noun)) : `${inText(noun)} ${object}`;
      return {
        danger: definition.danger,
        lines: [],
        warnings: (draft.lines ?? []).filter(isWarning),
        title: `${button} ${what}`,
        typed: names.length > 1 ? String(names.length) : object,
        ...draft,
        button,
        object,
      };
    },
  };
}

/** Whether a line says that something is lost or will look wrong. */
export function isWarning(cell: Cell): boolean {
  return ['warn', 'bad'].includes(cellOf(cell).tone);
}

/** One step per object. */
export function stepsFor<T>(
  rows: readonly T[],
  nameOf: (row: T) => string,
  run: (row: T) => Promise<Partial<Outcome> | undefined | void>,
): readonly Step[] {
  return rows.map((row) => ({
    name: nameOf(row),
    run: async () => ({ name: nameOf(row), ...(await run(row)) }),
  }));
}

/** `Suspended key mobile of ada@example.com.`, `Suspended 3 keys.` */
export function sentence(action: { done: string; noun: string }, outcomes: readonly Outcome[]): string {
  const [first] = outcomes;
  if (first === undefined) return 'Nothing to do.';
  if (outcomes.length > 1) return `${capital(action.done)} ${counted(outcomes.length, inText(action.noun))}.`;
  const of = first.of === undefined ? '' : ` of ${first.of}`;
  const name = `${inText(first.noun ?? action.noun)} ${first.name}${of}`.trim();
  const did =
    first.done === undefined ? `${capital(action.done)} ${name}.` : `${capital(name)}: ${first.done}.`;
  return [did, first.note].filter(Boolean).join(' ');
}

/** `key/mobile suspended (ada@example.com, key_01m8…)` as kubectl words it. */
export function resultLine(action: { done: string; noun: string }, outcome: Outcome): string {
  const { name, id } = outcome;
  // A name on the command line is one word.
  const named = /\s/.test(name) && id !== undefined ? id : name;
  const apart = [outcome.of, outcome.of === undefined ? undefined : outcome.id].filter(Boolean).join(', ');
  return `${outcome.noun ?? action.noun}/${named} ${outcome.done ?? action.done}${apart === '' ? '' : ` (${apart})`}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
