import { objectKey } from '@portolan/resources/kinds/object';
import { usageFailure } from '@portolan/console/failure';
import { connect } from '../connect.ts';
import { findOnly, isObjectRow, placeOf } from '../find-rows.ts';
import { fileFlags, platformFlags } from '../flags.ts';
import { readValidManifests } from '../read-valid-manifests.ts';
import { readTargets } from '../targets.ts';
import { readSeconds } from '../read-seconds.ts';
import type { Verb } from '../verb.ts';
import { waitForObjects } from '../wait.ts';

const CONDITIONS = ['synced', 'applied', 'delete', 'deleted'] as const;

export const waitVerb: Verb = {
  usage: '[--for synced|delete] KIND/NAME…\n[--for synced|delete] -f FILE|DIR|-…',
  details:
    'An object is synced once the cluster serves it. It fails at once, with the reason, if the cluster refuses the object. The exit\ncode is 1 on a timeout.',
  examples: [
    'portolan apply -f api.yaml && portolan wait -f api.yaml',
    'portolan wait --for delete apiaccess/crew-flights --timeout 30s',
  ],
  complete: ['kinds', 'objects'],
  flags: {
    for: {
      type: 'string',
      value: 'CONDITION',
      choices: CONDITIONS,
      help: 'synced (or applied) or delete; synced by default',
    },
    timeout: { type: 'string', value: 'TIME', help: 'how long to wait; 60s by default' },
    ...fileFlags,
    ...platformFlags,
  },
  async run(args, io) {
    const seconds = readSeconds(args.text('timeout') ?? '60', 'timeout', 's');
    const state =
      args.text('for')?.startsWith('delete') === true ? ('deleted' as const) : ('synced' as const);
    const wanted = { cluster: args.text('cluster'), timeoutMs: seconds * 1000, state };
    if (args.texts('filename').length > 0 || args.text('kustomize') !== undefined) {
      const { objects } = await readValidManifests(args, io);
      const keys = objects.map(({ object }) => objectKey(object));
      return waitForObjects(await connect(args, io), io, { ...wanted, keys });
    }
    const targets = readTargets(args.words);
    if (targets.every(({ names }) => names.length === 0))
      throw usageFailure('The objects are missing.', 'portolan wait KIND/NAME…, or -f FILE.');
    const session = await connect(args, io);
    const keys: string[] = [];
    for (const target of targets) {
      if (target.info === null)
        throw usageFailure(
          `Only Kubernetes objects can be waited for; ${target.kind.name} change at once.`,
          'Remove them.',
        );
      for (const name of target.names) {
        const isMissingFine = state === 'deleted';
        const row = await findOnly(session, target, { name, place: placeOf(args), isMissingFine });
        if (isObjectRow(row)) keys.push(row.key);
      }
    }
    return waitForObjects(session, io, { ...wanted, keys });
  },
};
