import { quoteText, showValue } from './go-text.ts';

/** One thing wrong with an object: where, and why, in the API server's words. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** An error that makes the CEL rules above it meaningless, since they may assume types and sizes. */
export interface RatedError extends FieldError {
  readonly isBlocking: boolean;
}

// Texts follow k8s.io/apimachinery field errors and k8s.io/kube-openapi validation errors.

export function required(field: string, detail = ''): RatedError {
  return { field, message: `Required value${detail === '' ? '' : `: ${detail}`}`, isBlocking: false };
}

export function invalid(field: string, value: unknown, detail: string): RatedError {
  return { field, message: `Invalid value: ${showValue(value)}: ${detail}`, isBlocking: false };
}

/** A broken rule of a list or a map, which is not shown. */
export function invalidWhole(field: string, detail: string): RatedError {
  return { field, message: `Invalid value: ${detail}`, isBlocking: false };
}

export function wrongType(field: string, type: string, found: string): RatedError {
  return wrongFormat(field, type, found);
}

export function wrongFormat(field: string, format: string, value: string): RatedError {
  const detail = `${field} in body must be of type ${format}: ${quoteText(value)}`;
  return { ...invalid(field, value, detail), isBlocking: true };
}

export function notSupported(field: string, value: unknown, supported: readonly unknown[]): RatedError {
  const list = supported.map((item) => quoteText(typeof item === 'string' ? item : showValue(item)));
  const message = `Unsupported value: ${showValue(value)}: supported values: ${list.join(', ')}`;
  return { field, message, isBlocking: false };
}

export function tooLong(field: string, lengthMax: number): RatedError {
  const unit = lengthMax === 1 ? 'byte' : 'bytes';
  return { field, message: `Too long: may not be more than ${lengthMax} ${unit}`, isBlocking: true };
}

export function tooMany(field: string, count: number, countMax: number): RatedError {
  const unit = countMax === 1 ? 'item' : 'items';
  return { field, message: `Too many: ${count}: must have at most ${countMax} ${unit}`, isBlocking: true };
}

export function duplicate(field: string, value: unknown): RatedError {
  return { field, message: `Duplicate value: ${showValue(value)}`, isBlocking: false };
}
