import { parseLabels, planApply, resourceApply } from '@portolan/console/actions/manifests';
import { usageFailure } from '@portolan/console/failure';
import { connect } from '../connect.ts';
import { dryRunFlag, fileFlags, platformFlags, resultOutputFlag } from '../flags.ts';
import { print, tell, type Io } from '../../terminal/io.ts';
import type { LoadedObject } from '@portolan/resources/manifests/load';
import type { Generation } from '@portolan/resources/kinds/registry';
import { readValidManifests } from '../read-valid-manifests.ts';
import { report } from '../result.ts';
import { diffLines, tellCells } from '../show-diff.ts';
import { readSeconds } from '../read-seconds.ts';
import type { Verb } from '../verb.ts';
import { waitForObjects } from '../wait.ts';
import { objectName } from '../manifest-object.ts';

const WORDS = {
  create: 'created',
  update: 'configured',
  unchanged: 'unchanged',
  delete: 'pruned',
} as const;

export const applyVerb: Verb = {
  usage: '-f FILE|DIR|URL|-…\n-k DIR',
  details:
    'All objects become one change: everything is applied or nothing. Objects that files or GitOps own are refused. Users and\ngroups are not manifests: see portolan import.',
  examples: [
    'portolan apply -f api.yaml',
    'portolan apply -f manifests/ --diff --dry-run',
    'portolan apply -f manifests/ --prune -l team=pay --wait',
  ],
  actions: [resourceApply],
  complete: ['files'],
  flags: {
    ...fileFlags,
    ...dryRunFlag,
    diff: { type: 'boolean', help: 'show the changes line by line' },
    prune: { type: 'boolean', help: 'delete objects with the labels of --selector that are in no manifest' },
    selector: {
      type: 'string',
      short: 'l',
      value: 'KEY=VALUE,…',
      help: 'labels of objects that --prune may delete',
    },
    wait: { type: 'boolean', help: 'wait until the cluster serves the objects' },
    timeout: { type: 'string', value: 'TIME', help: 'how long to wait; 60s by default' },
    ...resultOutputFlag,
    ...platformFlags,
  },
  async run(args, io) {
    const selector = args.text('selector');
    if (args.has('prune') && selector === undefined)
      throw usageFailure(
        '--prune needs the labels of the objects it may delete.',
        'Pass them with -l KEY=VALUE.',
      );
    const timeout = readSeconds(args.text('timeout') ?? '60', 'timeout', 's');
    const { objects, generation } = await readValidManifests(args, io);
    await warnOfUnused(io, objects, generation);
    const session = await connect(args, io);
    const cluster = args.text('cluster');
    const isDry = args.has('dry-run');
    const plan = await planApply(session, {
      objects: objects.map(({ object }) => object),
      cluster,
      ...(args.has('prune') ? { prune: { matchLabels: parseLabels(selector ?? '') } } : {}),
    });
    const changes = plan.changePlans.flatMap((one) => one.changes);
    tellCells(io, plan.warnings);
    for (const step of isDry ? [] : plan.steps) await step.run();
    for (const { before, after, change } of changes) {
      const object = after ?? before;
      if (object === null) continue;
      const name = objectName(object);
      await report(io, args, { line: `${name} ${WORDS[change]}${isDry ? ' (dry run)' : ''}`, name, object });
      if (args.has('diff')) print(io, diffLines(io, before, after).join('\n'));
    }
    if (!args.has('wait') || isDry) return 0;
    return waitForObjects(session, io, {
      keys: changes.flatMap(({ key, after }) => (after === null ? [] : [key])),
      cluster,
      timeoutMs: timeout * 1000,
      state: 'synced',
    });
  },
};

/** Objects of kinds that no gateway reads are stored all the same, as they may be for others. */
async function warnOfUnused(io: Io, objects: readonly LoadedObject[], generation: Generation): Promise<void> {
  const { compilersFor } = await import('@portolan/resources/compile/compilers');
  const used = compilersFor(generation);
  const kinds = objects
    .map(({ object }) => object)
    .filter(({ apiVersion, kind }) => {
      const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
      return !used.has(`${kind}.${group}`);
    });
  for (const kind of new Set(kinds.map((object) => object.kind)))
    tell(io, `warning: Gateways do not use ${kind} objects: they are stored, and nothing reads them.`);
}
