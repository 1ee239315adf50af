import { resultLine, type Action, type Outcome, type Plan } from '@portolan/console/actions/action';
import { inputFields, type InputField, type InputValues } from '@portolan/console/actions/input';
import { Failure, usageFailure } from '@portolan/console/failure';
import { inText } from '@portolan/console/kinds/format';
import type { Session } from '@portolan/console/kinds/kind';
import { confirm, type Confirmation } from './confirm.ts';
import { connect } from './connect.ts';
import { findKind } from './find-kind.ts';
import { findOnly, placeOf, type Place } from './find-rows.ts';
import { clusterFlag, dryRunFlag, namespaceFlag, platformFlags, resultOutputFlag, yesFlag } from './flags.ts';
import { print, type Io } from '../terminal/io.ts';
import { report } from './result.ts';
import { tellCells } from './show-diff.ts';
import { readTargets } from './targets.ts';
import type { Arguments, Flag, Flags, Verb, Words } from './verb.ts';

interface ActionVerb {
  /** Words of the verb: `suspend`, `set role`. */
  readonly verb: string;
  /** The actions it runs, one for each kind it takes. */
  readonly actions: readonly Action[];
  /** Inputs given as words after the objects instead of as flags. */
  readonly words?: readonly string[];
  readonly examples: readonly string[];
  /** More than the details of the action. */
  readonly details?: string;
  /** Reads words that come in another order. */
  arrange?(words: readonly string[]): Arranged;
  /** The objects, where they do not come from the words. */
  rows?(session: Session): readonly unknown[];
  readonly usage?: string;
  readonly complete?: readonly Words[];
}

/** Words turned into an action, names of its objects, and inputs. */
export interface Arranged {
  readonly action: Action;
  readonly names: readonly string[];
  readonly values: InputValues;
}

/** Returns the verb of the command line that runs actions: its flags, usage and completion follow from their inputs. */
export function actionVerb(definition: ActionVerb): Verb {
  const { actions, words = [], examples } = definition;
  const details = [...new Set(actions.flatMap((one) => one.details ?? [])), definition.details]
    .filter((one) => one !== undefined)
    .join(' ');
  return {
    usage: definition.usage ?? usageOf(definition),
    ...(details === '' ? {} : { details }),
    examples,
    actions,
    complete: definition.complete ?? completionOf(definition),
    flags: flagsOf(actions, words),
    async run(args, io) {
      const chosen = await choose(definition, args, io);
      const { action, session, rows, values } = chosen;
      const plan = await action.plan(session, rows, values);
      if (args.has('dry-run')) return showPlan(io, action, plan);
      await warnOrConfirm(io, args, { plan, session });
      for (const step of plan.steps) await printOutcome(io, args, { action, outcome: await step.run() });
      return 0;
    },
  };
}

interface Chosen {
  readonly action: Action;
  readonly session: Awaited<ReturnType<typeof connect>>;
  readonly rows: readonly unknown[];
  readonly values: InputValues;
}

/** Reads the command line: which action, of which objects, with which inputs. */
async function choose(definition: ActionVerb, args: Arguments, io: Io): Promise<Chosen> {
  const { actions, verb } = definition;
  const usage = `portolan ${verb} ${(definition.usage ?? usageOf(definition)).split('\n')[0] ?? ''}`.trim();
  const [only, ...others] = actions;
  if (only === undefined) throw new TypeError(`${verb} has no action`);
  if (definition.arrange !== undefined) {
    const { action, names, values } = definition.arrange(args.words);
    const session = await connect(args, io);
    const rows = await findRows(session, action, names, args);
    return { action, session, rows, values: { ...flagValues([action], args), ...values } };
  }
  if (only.takes === 'none' || definition.rows !== undefined) {
    const values = { ...flagValues([only], args), ...wordValues(definition, args.words, usage) };
    const session = await connect(args, io);
    return { action: only, session, rows: definition.rows?.(session) ?? [], values };
  }
  const trailing = definition.words ?? [];
  const at = args.words.length - trailing.length;
  const targets = readTargets(withKind(args.words.slice(0, Math.max(0, at)), actions));
  const names = targets.flatMap((target) => target.names);
  if (names.length === 0) throw usageFailure(`The ${namesOf(actions)} is missing.`, usage);
  const [first] = targets;
  const action = [only, ...others].find((one) => one.kind.name === first?.kind.name);
  const stranger = targets.find(({ kind }) => kind.name !== action?.kind.name);
  if (action === undefined || stranger !== undefined)
    throw usageFailure(`portolan ${verb} does not apply to a ${(stranger ?? first)?.what ?? 'kind'}.`, usage);
  if (action.takes === 'one' && names.length > 1)
    throw usageFailure(`portolan ${verb} takes one ${inText(action.kind.singular)} at a time.`, usage);
  const session = await connect(args, io);
  return {
    action,
    session,
    rows: await findRows(session, action, names, args),
    values: { ...flagValues([action], args), ...wordValues(definition, args.words.slice(at), usage) },
  };
}

async function findRows(session: Session, action: Action, names: readonly string[], args: Arguments) {
  const asked = { ...findKind(action.kind.singular), what: action.kind.singular };
  const place: Place = { ...placeOf(args), owner: args.text('owner') };
  const rows: unknown[] = [];
  for (const name of names)
    rows.push(await findOnly(session, asked, { name, place, outcome: 'Nothing was changed.' }));
  requirePossible(action, rows);
  return rows;
}

/** Throws Failure when an action cannot be done to one of the objects. */
export function requirePossible(action: Action, rows: readonly unknown[]): void {
  for (const row of rows) {
    const reason = action.whyNot(row);
    if (reason !== null && action.kind.label(row) !== '') notPossible(action, row, reason);
  }
}

/** What is so already is done again without harm; anything else stops here. */
function notPossible(action: Action, row: unknown, reason: string): void {
  if (reason.endsWith(' already') || reason.startsWith('it is not ')) return;
  throw new Failure(
    `Cannot ${action.button.toLowerCase()} ${inText(action.kind.singular)} ${action.kind.label(row)}: ${reason}.`,
    'Nothing was changed.',
  );
}

/** `drain broker-1`: the kind may be left out where the verb takes only one. */
function withKind(words: readonly string[], actions: readonly Action[]): readonly string[] {
  const kinds = [...new Set(actions.map(({ kind }) => kind))];
  const [only, more] = kinds;
  const [first] = words;
  if (only === undefined || more !== undefined || first === undefined) return words;
  const own = [only.name, only.singular, ...only.aliases];
  if (own.includes(first.toLowerCase())) return words;
  if (own.some((name) => first.toLowerCase().startsWith(`${name}/`))) return words;
  return [only.singular, ...words];
}

function wordValues({ words: names = [], verb }: ActionVerb, words: readonly string[], usage: string) {
  if (words.length > names.length) {
    const extra = words[names.length] ?? '';
    throw usageFailure(`Unexpected argument "${extra}".`, usage);
  }
  if (words.length < names.length && verb !== '')
    throw usageFailure(`The ${(names[words.length] ?? '').toLowerCase()} is missing.`, usage);
  return Object.fromEntries(names.map((name, at) => [name, words[at]]));
}

function flagValues(actions: readonly Action[], args: Arguments): InputValues {
  return Object.fromEntries(
    actions
      .flatMap(({ inputs }) => inputFields(inputs))
      .map((field) => {
        const flag = flagName(field.name);
        if (field.isSwitch === true) return [field.name, args.has(flag)];
        return [field.name, field.isList === true ? args.texts(flag) : args.text(flag)];
      }),
  );
}

function flagsOf(actions: readonly Action[], words: readonly string[]): Flags {
  const inputs = actions
    .flatMap((action) => inputFields(action.inputs))
    .filter(({ name }) => !words.includes(name))
    .map((field) => [flagName(field.name), flagOf(field)] as const);
  const [first] = actions;
  const takesObjects = first !== undefined && first.takes !== 'none';
  const columns = new Set(first?.kind.columns.map(({ id }) => id));
  return {
    ...Object.fromEntries(inputs),
    ...(takesObjects && columns.has('namespace') ? namespaceFlag : {}),
    ...(takesObjects && columns.has('cluster') ? clusterFlag : {}),
    ...(takesObjects && actions.some(({ kind }) => kind.name === 'keys') ? ownerFlag : {}),
    ...(takesObjects ? dryRunFlag : {}),
    ...(actions.some(({ danger }) => danger > 1) ? yesFlag : {}),
    ...resultOutputFlag,
    ...platformFlags,
  };
}

/** Tells keys of one name apart. */
export const ownerFlag: Flags = {
  owner: {
    type: 'string',
    aliases: ['user'],
    value: 'EMAIL',
    complete: { of: 'users' },
    help: 'only keys of this user',
  },
};

function flagOf(field: InputField): Flag {
  if (field.isSwitch === true) return { type: 'boolean', help: field.help };
  return {
    type: 'string',
    value: field.value,
    help: field.help,
    ...(field.short === undefined ? {} : { short: field.short }),
    ...(field.isList === true ? { multiple: true } : {}),
    ...(field.choices !== undefined && field.isList !== true ? { choices: field.choices } : {}),
    ...(field.of === undefined
      ? field.choices === undefined
        ? {}
        : { complete: field.choices }
      : { complete: { of: field.of } }),
  };
}

/** `firstName` → `first-name` */
function flagName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function namesOf(actions: readonly Action[]): string {
  return [...new Set(actions.map(({ kind }) => kind.singular))].join(' or ');
}

function usageOf({ actions, words = [] }: ActionVerb): string {
  const [first] = actions;
  const fields = new Map(
    (first === undefined ? [] : inputFields(first.inputs)).map((one) => [one.name, one]),
  );
  const kinds = [...new Set(actions.map(({ kind }) => kind.singular))].join('|');
  const objects = { none: [], one: [`${kinds} NAME`], some: [`${kinds} NAME…`] }[first?.takes ?? 'none'];
  const required = [...fields.values()].filter(
    ({ name, isSwitch, isList }) =>
      !words.includes(name) && isSwitch !== true && isList !== true && isRequired(first, name),
  );
  return [
    ...objects,
    ...words.map((name) => fields.get(name)?.value ?? name.toUpperCase()),
    ...required.map(({ name, value }) => `--${flagName(name)} ${value}`),
  ].join(' ');
}

function isRequired(action: Action | undefined, name: string): boolean {
  const schema = action?.inputs.shape[name] as
    | { safeParse(value: unknown): { success: boolean } }
    | undefined;
  return schema?.safeParse(undefined).success === false;
}

function completionOf({ actions, words = [] }: ActionVerb): readonly Words[] {
  const [first] = actions;
  if (first === undefined) return [];
  const fields = new Map(inputFields(first.inputs).map((one) => [one.name, one]));
  const kinds = [...new Set(actions.map(({ kind }) => kind.singular))];
  const objects: readonly Words[] = first.takes === 'none' ? [] : [kinds, 'objects'];
  return [...objects, ...words.flatMap((name) => wordsFor(fields.get(name)))];
}

function wordsFor(field: InputField | undefined): readonly Words[] {
  if (field?.of !== undefined) return [{ of: field.of }];
  return field?.choices === undefined ? [] : [field.choices];
}

/** Shows a plan in place of running it; returns the exit code. */
export function showPlan(io: Io, action: Action, plan: Plan): number {
  tellCells(io, plan.lines);
  for (const { name } of plan.steps) print(io, `${resultLine(action, { name })} (dry run)`);
  return 0;
}

/** What a plan warns of is shown before anything happens; what cannot be taken back is asked first. */
export async function warnOrConfirm(
  io: Io,
  args: Arguments,
  { plan, session }: { plan: Plan; session: Confirmation['session'] },
): Promise<void> {
  const isAsking = plan.danger > 1;
  const isRefused = isAsking && !io.stdin.isTTY && !args.has('yes');
  if (!isRefused) tellCells(io, isAsking ? plan.lines : plan.warnings);
  if (isAsking) await confirm(io, args, { question: `${plan.title}?`, session });
}

/** Prints what a step did, in the format asked for. */
export async function printOutcome(
  io: Io,
  args: Arguments,
  { action, outcome }: { action: Action; outcome: Outcome },
): Promise<void> {
  const { secret, note } = outcome;
  await report(io, args, {
    line: resultLine(action, outcome),
    name: `${action.noun}/${outcome.name}`,
    object: outcome.object ?? null,
    ...(note === undefined ? {} : { note }),
    ...(secret === undefined ? {} : { note: secret.note, secret: secret.value }),
  });
}
