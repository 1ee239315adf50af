import type { ApplicationKey, Certificate, Route, TlsOptions } from '../model/model.ts';
import type { CatalogueEntry } from '../model/catalogue.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { Service } from '../model/service.ts';
import type { Problem } from '../problem.ts';

/** What one object contributes to the model, and what other units may read of it. */
export interface UnitOutput {
  /** Of kinds that others follow references to. */
  readonly value?: Resolved<unknown>;
  readonly routes?: readonly Route[];
  readonly service?: Service;
  readonly certificates?: readonly ForHost<Certificate>[];
  readonly tlsOptions?: readonly ForHost<TlsOptions>[];
  /** By hash. */
  readonly applicationKeys?: ReadonlyMap<string, ApplicationKey>;
  readonly catalogue?: CatalogueEntry;
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
