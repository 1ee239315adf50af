import type { ApiGuard, OperationMatcher } from '../../model/model.ts';
import { regexFault } from '../../rules/regex.ts';
import type { Reader } from '../reader.ts';

interface OperationSet {
  readonly name: string;
  readonly matchers: readonly (Omit<OperationMatcher, 'methods'> & {
    readonly methods?: readonly string[];
  })[];
}

/** A matcher whose regular expression does not compile matches nothing: fewer operations open, never more. */
export function operationSetsOf(
  written: readonly OperationSet[] | undefined,
  field: string,
  reader: Reader,
): ApiGuard['operationSets'] {
  const sets = new Map<string, readonly OperationMatcher[]>();
  (written ?? []).forEach((set, index) => {
    const matchers = set.matchers.flatMap((matcher, at): OperationMatcher[] => {
      const problem = matcher.pathRegex === undefined ? null : regexFault(matcher.pathRegex);
      if (problem === null)
        return [{ ...matcher, methods: matcher.methods?.map((method) => method.toUpperCase()) ?? null }];
      reader.error('invalid', `${field}.operationSets[${index}].matchers[${at}].pathRegex`, {
        message: `bad regular expression: ${problem}; the matcher matches nothing`,
        fix: 'use RE2 syntax (no look-around, no back-references)',
      });
      return [];
    });
    sets.set(set.name, [...(sets.get(set.name) ?? []), ...matchers]);
  });
  return sets;
}
