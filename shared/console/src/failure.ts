import { PlatformError } from '@portolan/contract/client';

/** A user-caused end of a command: what happened and why, and what to do. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly fix: string | undefined;
  readonly exitCode: number;
  constructor(message: string, fix?: string, exitCode = 1) {
    super(message);
    this.fix = fix;
    this.exitCode = exitCode;
  }
}

/** A wrong command line; exit code 2. */
export function usageFailure(message: string, fix: string): Failure {
  return new Failure(message, fix, 2);
}

/** What a person should read about an error, without a stack. */
export interface Explained {
  readonly message: string;
  readonly fix: string | undefined;
  readonly code: string;
  readonly fields: readonly { readonly field: string; readonly message: string }[];
}

/** Turns whatever was thrown into something to show. */
export function explain(error: unknown): Explained {
  if (error instanceof Failure) {
    return { message: error.message, fix: error.fix, code: 'failure', fields: [] };
  }
  if (error instanceof PlatformError) {
    const id = error.id === undefined ? '' : ` (error id ${error.id})`;
    return {
      message: `${error.message}${id}`,
      fix: error.fix ?? fixOf(error),
      code: error.code,
      fields: error.fields,
    };
  }
  if (error instanceof Error && error.name === 'ZodError') {
    return {
      message: 'The response of the platform does not match this version of portolan.',
      fix: 'Check the address, and use the same version as the platform.',
      code: 'version-skew',
      fields: [],
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { message, fix: undefined, code: 'unexpected', fields: [] };
}

/** One line for stderr: what, why, fix. */
export function oneLine(error: unknown): string {
  const { message, fix, fields } = explain(error);
  const details = fields
    .filter(({ message: text }) => !message.includes(text))
    .map(({ field, message: text }) => `${field}: ${text}`)
    .join('; ');
  return [message, details, fix]
    .filter((part) => part !== undefined && part !== '')
    .map((part, index, parts) => (index < parts.length - 1 ? part?.replace(/[^.!?]$/, '$&.') : part))
    .join(' ')
    .replace(/\s+/g, ' ');
}

function fixOf(error: PlatformError): string | undefined {
  if (error.code === 'not-signed-in' || error.code === 'invalid-token')
    return 'Sign in with `portolan login`.';
  if (error.code === 'not-allowed') return 'Ask an owner or admin of the workspace for the permission.';
  return undefined;
}
