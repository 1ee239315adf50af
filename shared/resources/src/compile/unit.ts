import type { KubernetesObject } from '../kinds/object.ts';
import type { Generation } from '../kinds/registry.ts';
import type { Origin } from '../kinds/origin.ts';
import type { Certificate, ObjectRef, Route, Service, TlsOptions } from '../model/model.ts';
import type { Problem } from '../problem.ts';
import type { Reader } from './reader.ts';
import type { RelationChange, RelationName } from './relations.ts';

/** What one object contributes to the model, and what other units may read of it. */
export interface UnitOutput {
  /** Of kinds that others follow references to. */
  readonly value?: Resolved<unknown>;
  readonly routes?: readonly Route[];
  readonly service?: Service;
  readonly certificates?: readonly ForHost<Certificate>[];
  readonly tlsOptions?: readonly ForHost<TlsOptions>[];
}

/** Something for the handshakes of a host, or of all others (`default`), and the object that asks for it. */
export interface ForHost<T> {
  readonly host: string;
  readonly value: T;
  readonly owner: ObjectRef;
}

/** A unit as the model's assembler sees it: its output, and what was wrong. */
export interface CompiledUnit extends UnitOutput {
  readonly problems: readonly Problem[];
}

/** A reference that was followed: what it led to, or why it cannot be used. */
export type Resolved<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string; readonly fix: string };

/** A fault in an object's own content: it cannot take effect in this form. */
export interface Fault {
  readonly code: string;
  readonly field: string;
  readonly message: string;
  readonly fix?: string;
}

export type Parsed<T> = { readonly spec: T } | { readonly faults: readonly Fault[] };

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
