import type { KubernetesObject } from '../kinds/object.ts';
import type { Origin } from '../kinds/origin.ts';
import type { FieldError } from '../validate/field-error.ts';
import { validateObject } from '../validate/validate.ts';
import type { Reader } from './reader.ts';
import type { RelationChange, RelationName } from './relations.ts';
import type { Fault, UnitOutput } from './unit.ts';
import type { KindCompiler, ParseContext, Parsed } from './kind-compiler.ts';

interface KindDefinition<T> {
  readonly type: string;
  /** Replaces validation by schema and `judge`. */
  parse?(object: KubernetesObject, context: ParseContext): Parsed<T>;
  /** Returns the faults of a valid object that only the compiler finds. */
  judge?(spec: T, origin: Origin): readonly Fault[];
  relate?(object: KubernetesObject, spec: T): readonly RelationChange[];
  readonly selectedBy?: readonly RelationName[];
  compile(unit: { readonly object: KubernetesObject; readonly spec: T; readonly reader: Reader }): UnitOutput;
}

/** Returns the compiler of a kind. Its functions share the type of the parsed object, which the table of kinds does not have. */
export function defineKind<T>(definition: KindDefinition<T>): KindCompiler {
  const { judge } = definition;
  return { parse: (object, context) => parseValid<T>(object, context, judge), ...definition };
}

/**
 * Validates an object and returns it as the API server would store it, or its faults. The type argument holds once
 * validation has passed; `judge` returns the faults that only the compiler finds.
 */
export function parseValid<T>(
  object: KubernetesObject,
  { generation, origin }: ParseContext,
  judge: (spec: T, origin: Origin) => readonly Fault[] = () => [],
): Parsed<T> {
  const { valid, errors, unknownFields, object: stored } = validateObject(object, { generation });
  // A required field may be missing because its name is misspelt.
  if (!valid) return { faults: [...unknownFields.map(misspelt), ...errors.map(invalid)] };
  const spec = stored as unknown as T;
  const faults = judge(spec, origin);
  return faults.length === 0 ? { spec, unknownFields } : { faults };
}

function invalid({ field, message }: FieldError): Fault {
  return { code: 'invalid', field, message, fix: 'correct the field' };
}

function misspelt({ field, message }: FieldError): Fault {
  return { code: 'unknown-field', field, message, fix: 'remove it, or correct its name' };
}
