import { usageFailure } from '@portolan/console/failure';
import { findKind, type Asked } from './find-kind.ts';

/** What the words of a command name: a kind, and of it all or some. */
export interface Target extends Asked {
  readonly names: readonly string[];
}

/** `apis`, `users,groups`, `api flights tickets`, `api/flights user/ada@example.com`: as kubectl reads them. */
export function readTargets(words: readonly string[]): readonly Target[] {
  const [first = '', ...names] = words;
  const slashed = words.filter((word) => word.includes('/'));
  if (slashed.length > 0) {
    const plain = words.find((word) => !word.includes('/'));
    if (plain !== undefined)
      throw usageFailure(
        `"${plain}" is not KIND/NAME.`,
        'Don’t mix KIND/NAME with KIND NAME arguments; a name with a slash needs its kind: KIND/NAME.',
      );
    return slashed.map((word) => {
      const slash = word.indexOf('/');
      return { ...findKind(word.slice(0, slash)), names: [word.slice(slash + 1)] };
    });
  }
  const kinds = first.split(',').filter((word) => word !== '');
  if (kinds.length > 1 && names.length > 0)
    throw usageFailure('Names cannot be of several kinds at once.', 'Use KIND/NAME for each.');
  return kinds.map((word) => ({ ...findKind(word), names }));
}

/** Returns the one thing a command is about. */
export function readOnly(words: readonly string[], verb: string): Target & { readonly name: string } {
  const [target, ...more] = words.length === 0 ? [] : readTargets(words);
  const [name, ...others] = target?.names ?? [];
  if (target === undefined) throw usageFailure('The object is missing.', `portolan ${verb} KIND NAME`);
  if (name === undefined)
    throw usageFailure(
      `The name of the ${target.what} is missing.`,
      `List them: portolan get ${target.info?.kind ?? target.kind.name}`,
    );
  if (more.length > 0 || others.length > 0)
    throw usageFailure(`portolan ${verb} takes one object at a time.`, `portolan ${verb} KIND NAME`);
  return { ...target, name };
}
