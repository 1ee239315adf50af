import { isDeepStrictEqual } from 'node:util';
import { isRecord, type KubernetesObject } from '@portolan/resources/kinds/object';
import type { Generation } from '@portolan/resources/kinds/registry';
import { validateObject } from '@portolan/resources/validate/validate';
import type { Answer, Cause } from './answer.ts';

// Kubernetes prints this instead of checking rules while a type or size is wrong; we check what can be checked.
const UNCHECKED = 'some validation rules were not checked because the object was invalid';

/** How our validation of an object differs from Kubernetes' answer, in words; empty when it does not. */
export function differences(object: unknown, answer: Answer, generation: Generation): readonly string[] {
  // The validator's callers have checked that a value is an object with a name; here it must bear all.
  const ours = validateObject(object as KubernetesObject, { generation });
  if (answer.refused !== undefined) {
    return ours.valid ? [`Kubernetes cannot read it (${answer.refused}); we take it`] : [];
  }
  const isUnchecked = answer.errors.some(({ message }) => message.includes(UNCHECKED));
  const theirs = withPaths(answer.errors)
    .filter((error) => !isName(error))
    .map(print);
  const mine = ours.errors.filter((error) => !isName(error)).map(print);
  const [named, others] = [answer.errors, ours.errors].map((errors) => errors.some(isName));
  const extra = subtract(mine, theirs);
  const allowed = isUnchecked ? answer.rules.map(print) : [];
  return [
    ...subtract(theirs, mine).map((text) => `missing: ${text}`),
    ...subtract(extra, allowed).map((text) => `not Kubernetes': ${text}`),
    ...(named && !others ? ['Kubernetes refuses the name; we take it'] : []),
    ...storedDifference(ours.object, answer.object),
  ];
}

function print({ field, message }: Cause): string {
  return `${field}: ${message}`;
}

// Names are labels, not subdomains, as the vendor's own validation has it: more are refused, in other words.
function isName({ field, message }: Cause): boolean {
  return field === 'metadata.name' && message.startsWith('Invalid value');
}

// Kubernetes reports a number out of an integer's range without its path, beside the wrong type if it is that too.
function withPaths(errors: readonly Cause[]): readonly Cause[] {
  return errors.flatMap(({ field, message }) => {
    if (field !== '<nil>') return [{ field, message }];
    const [, path] = /Checked value must be of type .* in (\S+)$/.exec(message) ?? [];
    return path === undefined || errors.some((other) => other.field === path)
      ? []
      : [{ field: path, message }];
  });
}

function subtract(all: readonly string[], taken: readonly string[]): readonly string[] {
  const left = [...taken];
  return all.filter((text) => {
    const index = left.indexOf(text);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

function storedDifference(ours: unknown, theirs: unknown): readonly string[] {
  const [mine, stored] = [content(ours), content(theirs)];
  if (isDeepStrictEqual(mine, stored)) return [];
  return [`stored: ${JSON.stringify(mine)}\n   not: ${JSON.stringify(stored)}`];
}

function content(object: unknown): unknown {
  if (!isRecord(object)) return object;
  const { metadata: _compared, ...rest } = object;
  return JSON.parse(JSON.stringify(rest));
}
