import type { FieldError } from '../validate/field-error.ts';
import type { Fault, UnitOutput } from './unit.ts';
import type { KubernetesObject } from '../kinds/object.ts';
import type { Generation } from '../kinds/registry.ts';
import type { Origin } from '../kinds/origin.ts';
import type { Reader } from './reader.ts';
import type { RelationChange, RelationName } from './relations.ts';

export type Parsed<T> =
  | { readonly spec: T; readonly unknownFields?: readonly FieldError[] }
  | { readonly faults: readonly Fault[] };

export interface ParseContext {
  readonly generation: Generation;
  readonly origin: Origin;
}

/** How objects of one kind enter the model. */
export interface KindCompiler {
  /** `Kind.group`. */
  readonly type: string;
  /** Validates the object by itself; of one with faults the last valid version stays. */
  parse(object: KubernetesObject, context: ParseContext): Parsed<unknown>;
  /** Returns the references of the object, by which others are compiled again when it changes. */
  relate?(object: KubernetesObject, spec: unknown): readonly RelationChange[];
  /** Relations whose selectors may pick objects of this kind. */
  readonly selectedBy?: readonly RelationName[];
  compile(unit: {
    readonly object: KubernetesObject;
    readonly spec: unknown;
    readonly reader: Reader;
  }): UnitOutput;
}
