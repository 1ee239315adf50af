import type { AdmittedOperation } from './rights.ts';
import type { OperationSlice } from '../../gateway/openapi/compile/compiled.ts';

/** One thing that differs between two versions. */
interface FactChange {
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
  /** A caller of the older version may fail with the newer one. */
  readonly isBreaking: boolean;
}

export interface OperationChange {
  readonly method: string;
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed' | 'deprecated';
  /** Of the newer version where it has it. */
  readonly operation: AdmittedOperation;
  readonly facts: readonly FactChange[];
}

/** Operations the caller may use in one version, with what they take and return. */
export interface ComparedVersion {
  readonly operations: readonly AdmittedOperation[];
  readonly sliceOf: (id: string) => OperationSlice | null;
}

/** Compares two versions as one caller sees them: operations by method and path, their interfaces by facts. */
export function changesBetween(before: ComparedVersion, after: ComparedVersion): OperationChange[] {
  const older = new Map(before.operations.map((operation) => [keyOf(operation), operation]));
  const newer = new Map(after.operations.map((operation) => [keyOf(operation), operation]));
  const changes: OperationChange[] = [];
  for (const [key, operation] of older)
    if (!newer.has(key)) changes.push({ ...nameOf(operation), kind: 'removed', operation, facts: [] });
  for (const [key, operation] of newer) {
    const former = older.get(key);
    if (former === undefined) {
      changes.push({ ...nameOf(operation), kind: 'added', operation, facts: [] });
      continue;
    }
    const facts = factChanges(
      before.sliceOf(former.entry.id)?.shape ?? {},
      after.sliceOf(operation.entry.id)?.shape ?? {},
    );
    const isDeprecated = operation.entry.isDeprecated && !former.entry.isDeprecated;
    if (facts.length > 0) changes.push({ ...nameOf(operation), kind: 'changed', operation, facts });
    else if (isDeprecated) changes.push({ ...nameOf(operation), kind: 'deprecated', operation, facts });
  }
  return changes;
}

export function isBreaking({ kind, facts }: OperationChange): boolean {
  return kind === 'removed' || facts.some((fact) => fact.isBreaking);
}

function nameOf({ entry: { method, path } }: AdmittedOperation): { method: string; path: string } {
  return { method, path };
}

/** Names of parameters in paths mean nothing to callers. */
function keyOf({ entry: { method, path } }: AdmittedOperation): string {
  return `${method} ${path.replaceAll(/\{[^{}]*\}/g, '{}')}`;
}

function factChanges(before: OperationSlice['shape'], after: OperationSlice['shape']): FactChange[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((what) => {
    const [old = null, now = null] = [before[what], after[what]];
    return old === now ? [] : [{ what, before: old, after: now, isBreaking: breaks(what, old, now) }];
  });
}

/** What is sent may become more tolerant, what is returned may become richer; anything else can break a caller. */
function breaks(what: string, before: string | null, after: string | null): boolean {
  if (what.startsWith('response '))
    return after === null || (before !== null && typeOf(before) !== typeOf(after));
  if (after === null) return true;
  if (before === null) return isRequired(after);
  return typeOf(before) !== typeOf(after) || (!isRequired(before) && isRequired(after));
}

function isRequired(fact: string): boolean {
  return fact === 'required' || fact.endsWith(', required');
}

function typeOf(fact: string): string {
  return fact.replace(/, (?:required|optional)$/, '').replace(/^(?:required|optional)$/, '');
}
