import { familyText, overviewText, verbText } from '../help-text.ts';
import { explainUnknown, findVerb } from '../find-verb.ts';
import { print } from '../../terminal/io.ts';
import type { Verb, VerbGroup } from '../verb.ts';

/** `help` needs the whole list, which also holds `help` itself. */
export function createHelpVerb(groups: readonly VerbGroup[]): Verb {
  const entries = groups.flatMap((group) => group.verbs);
  return {
    usage: '[VERB]',
    complete: ['verbs'],
    flags: {},
    async run(args, io) {
      const [first] = args.words;
      if (first === undefined) {
        print(io, overviewText(groups));
        return 0;
      }
      const found = findVerb(args.words, entries);
      const family = entries.filter(({ name }) => name.startsWith(`${first} `));
      if (found) print(io, verbText(found.entry, await found.entry.load()));
      else if (family.length > 0 && args.words.length === 1) print(io, familyText(first, family));
      else explainUnknown(args.words, entries);
      return 0;
    },
  };
}
