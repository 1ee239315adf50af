import { dictionary } from '@portolan/contract/dictionary';
import { z } from 'zod';
import { Failure } from '../failure.ts';

/** How one input of an action is asked for: a field of a form, a flag of the command line. */
export interface InputField {
  /** Label in a form: `First name`. */
  readonly label: string;
  /** One clause on what it means, without a full stop. */
  readonly help: string;
  /** Placeholder of the value in usage lines: `EMAIL`. */
  readonly value: string;
  /** Kind whose names complete it. */
  readonly of?: string;
  /** Words it is limited to, or that are suggested. */
  readonly choices?: readonly string[];
  /** Whether only the choices are possible. */
  readonly isEnum?: boolean;
  /** What a form starts with. */
  readonly initial?: string;
  /** One letter for the command line. */
  readonly short?: string;
  readonly isList?: boolean;
  readonly isSwitch?: boolean;
  readonly isSecret?: boolean;
  /** Set where the value is a document of many lines; how a text editor shows it. */
  readonly syntax?: 'yaml' | 'csv' | 'pem';
}

/** What each input schema is asked for as. */
const fields = z.registry<InputField>();

/** What front ends hand over: text of a form field or flag, several texts, or a switch. */
export type InputValues = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

/** A text that must be given. */
export function text(field: InputField) {
  return z.string().trim().min(1).register(fields, field);
}

/** A secret that must be given, kept to the character. */
export function secretText(field: Omit<InputField, 'isSecret'>) {
  return z
    .string()
    .min(1)
    .register(fields, { ...field, isSecret: true });
}

/** A document of many lines, kept to the character. */
export function document(field: InputField & { readonly syntax: NonNullable<InputField['syntax']> }) {
  return z
    .string()
    .refine((given) => given.trim() !== '', 'must not be empty')
    .register(fields, field);
}

/** A text that may be left out. */
export function optionalText(field: InputField) {
  return z.string().trim().optional().register(fields, field);
}

/** A text that may be empty. */
export function blankText(field: InputField) {
  return z.string().trim().default('').register(fields, field);
}

/** Texts, given one by one or with commas. */
export function list(field: InputField) {
  return z
    .union([z.array(z.string()), z.string()])
    .default([])
    .transform((given) =>
      [given]
        .flat()
        .flatMap((one) => one.split(','))
        .map((one) => one.trim())
        .filter((one) => one !== ''),
    )
    .register(fields, { ...field, isList: true });
}

/** One word of a fixed set; with `initial` it may be left out. */
export function choice<const T extends readonly string[]>(allowed: T, field: InputField) {
  const schema = z.enum(allowed);
  const initial = allowed.find((one) => one === field.initial);
  return (initial === undefined ? schema : schema.default(initial as never)).register(fields, {
    ...field,
    choices: allowed,
    isEnum: true,
  });
}

/** On or off; off when absent. */
export function toggle(field: Omit<InputField, 'value'>) {
  return z
    .union([z.boolean(), z.enum(['yes', 'no']).transform((word) => word === 'yes')])
    .default(false)
    .register(fields, { ...field, value: '', isSwitch: true });
}

const UNITS = dictionary<number>({ s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 });
const SECONDS_MAX = 100 * 365 * 86_400;

/** `90s`, `10m`, `2h`, `30d`, `4w` as seconds; a number alone is in the given unit. Null when it is no such time. */
export function parseDuration(given: string, unit: 's' | 'm' | 'h' | 'd'): number | null {
  const [, digits, named = unit] = /^(\d+(?:\.\d+)?)([smhdw])?$/.exec(given.trim()) ?? [];
  const seconds = Number(digits) * (UNITS[named] ?? 0);
  return seconds > 0 && seconds <= SECONDS_MAX ? seconds : null;
}

/** A time span in seconds; undefined when left out. */
export function duration(field: InputField & { readonly unit: 's' | 'm' | 'h' | 'd' }) {
  return z
    .string()
    .optional()
    .transform((given, context) => {
      if (given === undefined) return undefined;
      const seconds = parseDuration(given, field.unit);
      if (seconds !== null) return seconds;
      context.addIssue({ code: 'custom', message: 'must be a time such as 90s, 10m, 2h or 30d' });
      return z.NEVER;
    })
    .register(fields, field);
}

/** A number from 0; undefined when left out. */
export function amount(field: InputField) {
  return z
    .string()
    .optional()
    .transform((given, context) => {
      if (given === undefined) return undefined;
      const value = Number(given);
      if (Number.isFinite(value) && value >= 0) return value;
      context.addIssue({ code: 'custom', message: 'must be a number of at least 0' });
      return z.NEVER;
    })
    .register(fields, field);
}

/** The inputs of an action in the order in which they are asked for. */
export function inputFields(inputs: z.ZodObject): readonly (InputField & { readonly name: string })[] {
  return Object.entries(inputs.shape).flatMap(([name, schema]) => {
    const field = fields.get(schema as z.ZodType);
    return field === undefined ? [] : [{ ...field, name }];
  });
}

/** Wrong values for an action, each with the name of its field. */
export class InputFailure extends Failure {
  readonly fields: readonly { readonly field: string; readonly message: string }[];
  constructor(fields: readonly { readonly field: string; readonly message: string }[]) {
    super(fields.map(({ message }) => message).join(' '), undefined, 2);
    this.fields = fields;
  }
}

/** Parses what a front end hands over; an empty text counts as absent. Throws InputFailure. */
export function readInputs<S extends z.ZodObject>(inputs: S, values: InputValues): z.output<S> {
  const given = Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = inputs.safeParse(given);
  if (parsed.success) return parsed.data;
  const known = new Map(inputFields(inputs).map((field) => [field.name, field]));
  throw new InputFailure(
    parsed.error.issues.map((issue) => {
      const name = String(issue.path[0] ?? '');
      const value = given[name];
      const shown = value === undefined ? undefined : [value].flat().join(', ');
      return { field: name, message: wrongInput(known.get(name), shown, issue) };
    }),
  );
}

function wrongInput(
  field: InputField | undefined,
  given: string | undefined,
  issue: z.core.$ZodIssue,
): string {
  const label = field?.label ?? String(issue.path[0] ?? 'Input');
  if (given === undefined) return `${label} is required.`;
  if (field?.choices !== undefined)
    return `${label} cannot be "${given}". Use one of: ${field.choices.join(', ')}.`;
  return `${label} cannot be "${given}": it ${issue.code === 'custom' ? issue.message : 'is not valid'}.`;
}
