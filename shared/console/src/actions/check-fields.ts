import { closestName } from '@portolan/resources/kinds/closest-name';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { Failure } from '../failure.ts';

/** Reads fields written as YAML or JSON; throws with what is wrong with them, unknown names included. */
export function checkFields(
  text: string,
  schema: z.ZodType,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  const document = parseDocument(text);
  const [mistake] = document.errors;
  if (mistake) throw new Failure(mistake.message.split('\n')[0] ?? 'the text is not YAML');
  const value: unknown = document.toJS();
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Failure(`the text must contain the fields ${names.join(', ')}`);
  for (const name of Object.keys(value)) {
    if (names.includes(name)) continue;
    const near = closestName(name, names);
    throw new Failure(`${name}: there is no such field${near === null ? '' : `; did you mean ${near}?`}`);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    throw new Failure(
      parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; '),
    );
  return value as Readonly<Record<string, unknown>>;
}
