import { listKinds } from '@portolan/resources/kinds/registry';
import { jsonSchemaFor } from '@portolan/resources/json-schema';
import { usageFailure } from '@portolan/console/failure';
import { generationFlag } from '../flags.ts';
import { kubernetesKinds } from '../find-kind.ts';
import { print, printData } from '../../terminal/io.ts';
import { generationOf } from '../manifest-files.ts';
import type { Verb } from '../verb.ts';

export const schemaVerb: Verb = {
  usage: '[KIND]',
  complete: [kubernetesKinds.filter(({ crd }) => crd !== undefined).map(({ kind }) => kind)],
  examples: ['portolan schema API > api.schema.json'],
  flags: generationFlag,
  async run(args, io) {
    const generation = generationOf(args.text('generation'));
    const names = listKinds(generation)
      .filter((info) => info.crd !== undefined)
      .map((info) => info.kind);
    const [kind] = args.words;
    if (kind === undefined) {
      print(io, names.join('\n'));
      return 0;
    }
    const schema = jsonSchemaFor(kind, generation);
    if (schema === null)
      throw usageFailure(
        `There is no schema for "${kind}" in generation ${generation}.`,
        `Kinds: ${names.join(', ')}.`,
      );
    printData(io, JSON.stringify(schema, null, 2));
    return 0;
  },
};
