import { resourceCreate } from '@portolan/console/actions/manifests';
import { usageFailure } from '@portolan/console/failure';
import { createObjects } from '../../create-objects.ts';
import { dryRunFlag, fileFlags, platformFlags, resultOutputFlag } from '../../flags.ts';
import { generationOf } from '../../manifest-files.ts';
import { readValidManifests } from '../../read-valid-manifests.ts';
import { oneOf } from '../../read-words.ts';
import type { Verb } from '../../verb.ts';

/** What can be created from flags; anything else is from manifests. */
const KINDS = [
  'user',
  'group',
  'key',
  'cluster',
  'member',
  'token',
  'rule',
  'password-link',
  'workspace',
  'receiver',
  'api',
  'apiaccess',
  'apiratelimit',
  'apigateway',
] as const;

export const createVerb: Verb = {
  usage: 'KIND NAME …\n-f FILE|DIR|-…',
  details: `Kinds: ${KINDS.join(', ')}; each has its own help. Objects of manifests that exist already are refused; portolan apply\nchanges them.`,
  examples: ['portolan create user ada@example.com --group crew', 'portolan create -f api.yaml'],
  actions: [resourceCreate],
  flags: { ...fileFlags, ...dryRunFlag, ...resultOutputFlag, ...platformFlags },
  async run(args, io) {
    const [word] = args.words;
    if (word !== undefined) oneOf(KINDS, word, 'kind that can be created');
    if (args.texts('filename').length === 0)
      throw usageFailure(
        'Nothing to create is named.',
        `portolan create KIND NAME, or -f FILE. Kinds: ${KINDS.join(', ')}.`,
      );
    // As kubectl does, manifests can be made without a platform.
    const isOffline = args.has('dry-run') && args.text('dry-run') !== 'server';
    const asked = args.text('generation');
    const { objects } = await readValidManifests(args, io, isOffline ? generationOf(asked) : undefined);
    return createObjects(
      args,
      io,
      objects.map(({ object }) => object),
    );
  },
};
