import { administration } from './groups/administration.ts';
import { verb } from './groups/entry.ts';
import { programVerbs, withoutPlatform } from './groups/program.ts';
import { aboutThings } from './groups/things.ts';
import type { VerbEntry, VerbGroup } from './verb.ts';

/**
 * Every verb but `up`, which the launcher runs without loading any of this. Help, completion and docs/cli.md are made
 * from it; what a verb is made of is loaded when it is asked for.
 */
export const verbGroups: readonly VerbGroup[] = [
  ...aboutThings,
  ...administration,
  ...withoutPlatform,
  {
    title: 'This program',
    verbs: [
      ...programVerbs,
      verb('help', 'Show how to use portolan, or one verb of it', async () =>
        (await import('./verbs/help.ts')).createHelpVerb(verbGroups),
      ),
    ],
  },
];

/** Every verb of every group. */
export const allVerbs: readonly VerbEntry[] = verbGroups.flatMap((group) => group.verbs);
