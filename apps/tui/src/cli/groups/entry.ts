import type { Verb, VerbEntry } from '../verb.ts';

/** A verb as the registry knows it before its code is loaded. */
export function verb(
  name: string,
  summary: string,
  load: () => Promise<Verb>,
  aliases: readonly string[] = [],
): VerbEntry {
  return { name, summary, load, aliases };
}
