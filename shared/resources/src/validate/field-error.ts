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

export function required(field: string): RatedError {
  return { field, message: 'Required value', isBlocking: false };
}

export function invalid(field: string, value: unknown, detail: string): RatedError {
  return { field, message: `Invalid value: ${quote(value)}: ${detail}`, isBlocking: false };
}

export function wrongType(field: string, type: string, found: string): RatedError {
  const message = `Invalid value: "${found}": ${field} in body must be of type ${type}: "${found}"`;
  return { field, message, isBlocking: true };
}

export function wrongFormat(field: string, format: string, value: string): RatedError {
  const message = `Invalid value: ${quote(value)}: ${field} in body must be of type ${format}: ${quote(value)}`;
  return { field, message, isBlocking: true };
}

export function notSupported(field: string, value: unknown, supported: readonly unknown[]): RatedError {
  const list = supported.map((item) =>
    JSON.stringify(typeof item === 'string' ? item : JSON.stringify(item)),
  );
  const message = `Unsupported value: ${quote(value)}: supported values: ${list.join(', ')}`;
  return { field, message, isBlocking: false };
}

export function tooLong(field: string, lengthMax: number): RatedError {
  return { field, message: `Too long: may not be more than ${lengthMax} bytes`, isBlocking: true };
}

export function tooMany(field: string, count: number, countMax: number): RatedError {
  return { field, message: `Too many: ${count}: must have at most ${countMax} items`, isBlocking: true };
}

export function duplicate(field: string, value: unknown): RatedError {
  return { field, message: `Duplicate value: ${quote(value)}`, isBlocking: false };
}

export function forbidden(field: string, detail: string): RatedError {
  return { field, message: `Forbidden: ${detail}`, isBlocking: false };
}

function quote(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}
