import { changeRollBack, changeUndo } from '@portolan/console/actions/changes';
import { getClusterSync, listChangeSets, type ClusterSync } from '@portolan/contract/changes';
import { Failure, usageFailure } from '@portolan/console/failure';
import { changes } from '@portolan/console/kinds/changes';
import { clusters } from '@portolan/console/kinds/clusters';
import type { Session } from '@portolan/console/kinds/kind';
import { wholeTabs } from '@portolan/console/kinds/whole-tabs';
import { formatBlocks } from '../../terminal/blocks.ts';
import { warnOrConfirm } from '../action-verb.ts';
import { connect } from '../connect.ts';
import { clusterFlag, dryRunFlag, listOutputFlag, platformFlags, textOutputFlag, yesFlag } from '../flags.ts';
import { print, tell, type Io } from '../../terminal/io.ts';
import { createPrinter } from '../printer.ts';
import { oneWord } from '../read-words.ts';
import { tellCells } from '../show-diff.ts';
import { outputWidth, plainTheme } from '../plain-theme.ts';
import { readSeconds } from '../read-seconds.ts';
import type { Arguments, Verb } from '../verb.ts';
import { reasonsOf, waitUntil } from '../wait.ts';
import { printDocument } from '../result.ts';

const asked = { kind: changes, info: null, what: 'change' };
const LIMIT = 20;

export const historyVerb: Verb = {
  usage: '[REVISION]',
  details: 'Changes applied through the platform, newest first; for one revision, its differences.',
  examples: ['portolan rollout history', 'portolan rollout history 42'],
  flags: {
    revision: { type: 'string', value: 'N', help: 'show this revision' },
    limit: { type: 'string', value: 'N', help: `maximum number of changes; ${LIMIT} by default` },
    ...clusterFlag,
    ...listOutputFlag,
    'no-headers': { type: 'boolean', help: 'omit the header line' },
    ...platformFlags,
  },
  async run(args, io) {
    const revision = args.text('revision') ?? args.words[0];
    const session = await connect(args, io);
    const cluster = args.text('cluster');
    const terms = [
      ...(revision === undefined ? [] : [`revision=${revisionOf(revision)}`]),
      ...(cluster === undefined ? [] : [`cluster="${cluster}"`]),
    ];
    const { items } = await session.client.call(listChangeSets, {
      params: { workspace: session.workspace },
      query: { limit: Number(args.text('limit') ?? LIMIT), sort: '-revision', filter: terms.join(' ') },
    });
    const [one] = items;
    if (revision !== undefined && one === undefined)
      throw new Failure(
        `There is no change ${revision} in workspace ${session.workspace}.`,
        'See: portolan rollout history',
      );
    if (revision === undefined || one === undefined || args.text('output') !== undefined) {
      const printer = createPrinter(io, args, session, { asked, isOne: revision !== undefined });
      await printer.add(items);
      await printer.end();
      if (items.length === 0) tell(io, 'No changes yet.');
      return 0;
    }
    const tabs = await wholeTabs(changes, { row: one, loaded: null, now: Date.now() }, session);
    const width = outputWidth(io);
    print(
      io,
      formatBlocks(
        tabs.flatMap(({ blocks }) => blocks),
        width,
        plainTheme(io),
      )
        .map((line) => line.trimEnd())
        .join('\n'),
    );
    return 0;
  },
};

export const undoVerb: Verb = {
  usage: '[REVISION]\n--to-revision REVISION',
  details:
    'Undoes one change, the last by default: what later changes did to other objects stays. With --to-revision it restores the\nplatform’s objects of a cluster as of that revision, as kubectl does. It shows the differences and asks.',
  examples: [
    'portolan rollout undo',
    'portolan rollout undo 41 --yes',
    'portolan rollout undo --to-revision 41 --dry-run',
  ],
  actions: [changeUndo, changeRollBack],
  flags: {
    'to-revision': { type: 'string', value: 'N', help: 'revision to restore' },
    ...clusterFlag,
    ...dryRunFlag,
    ...yesFlag,
    ...platformFlags,
  },
  async run(args, io) {
    const [word, extra] = args.words;
    const restored = args.text('to-revision');
    if (extra !== undefined || (word !== undefined && restored !== undefined))
      throw usageFailure(
        `Unexpected argument "${extra ?? word ?? ''}".`,
        'portolan rollout undo [REVISION], or portolan rollout undo --to-revision REVISION',
      );
    const given = restored ?? word;
    const session = await connect(args, io);
    const cluster = args.text('cluster');
    const set =
      given === undefined
        ? await lastChange(session, cluster)
        : await findChange(session, revisionOf(given), cluster);
    const action = restored === undefined ? changeUndo : changeRollBack;
    const plan = await action.plan(session, [set], {});
    const isDry = args.has('dry-run');
    if (isDry) tellCells(io, plan.lines);
    else await warnOrConfirm(io, args, { plan, session });
    for (const step of isDry ? [] : plan.steps) await step.run();
    const line =
      restored === undefined
        ? `change/${set.revision} undone`
        : `cluster/${set.cluster.name} rolled back to revision ${set.revision}`;
    print(io, `${line}${isDry ? ' (dry run)' : ''}`);
    return 0;
  },
};

async function findChange({ client, workspace }: Session, revision: number, cluster: string | undefined) {
  const own = cluster === undefined ? '' : ` cluster="${cluster}"`;
  const query = { filter: `revision=${revision}${own}`, limit: 1 };
  const { items } = await client.call(listChangeSets, { params: { workspace }, query });
  const [found] = items;
  if (found === undefined)
    throw new Failure(
      `There is no change ${revision} in workspace ${workspace}.`,
      'See: portolan rollout history',
    );
  return found;
}

/** Returns the last change set; throws Failure when it is not clear of which cluster. */
async function lastChange({ client, workspace }: Session, cluster: string | undefined) {
  const filter = cluster === undefined ? {} : { filter: `cluster="${cluster}"` };
  const { items } = await client.call(listChangeSets, {
    params: { workspace },
    query: { limit: 2, sort: '-revision', ...filter },
  });
  const [last, before] = items;
  if (last === undefined) throw new Failure('There are no changes to undo.', 'See: portolan rollout history');
  if (before !== undefined && before.cluster.id !== last.cluster.id && cluster === undefined)
    throw usageFailure(
      'Several clusters were changed.',
      'Choose one with --cluster NAME, or the change by its revision.',
    );
  return last;
}

function revisionOf(text: string): number {
  const revision = Number(text);
  if (text !== '' && Number.isInteger(revision) && revision >= 0) return revision;
  throw usageFailure(`"${text}" is not a revision.`, 'Use a number of: portolan rollout history');
}

export const statusVerb: Verb = {
  usage: '[CLUSTER]',
  details:
    'Waits until all clusters, or the named one, have applied all changes, and shows what they refuse and why. The exit code is 1 if\na cluster refuses something or does not finish in time.',
  examples: [
    'portolan rollout status',
    'portolan rollout status prod-eu --timeout 2m',
    'portolan rollout status --watch=false',
  ],
  complete: [{ of: 'clusters' }],
  flags: {
    watch: {
      type: 'boolean',
      short: 'w',
      help: 'wait (default); --watch=false shows the current state',
    },
    timeout: { type: 'string', value: 'TIME', help: 'how long to wait; 60s by default' },
    ...textOutputFlag,
    ...platformFlags,
  },
  async run(args, io) {
    const named =
      args.words.length === 0 ? null : oneWord(args, 'cluster', 'portolan rollout status [CLUSTER]');
    const seconds = readSeconds(args.text('timeout') ?? '60', 'timeout', 's');
    const session = await connect(args, io);
    const ids = named === null ? await connectedClusters(session) : [named];
    const read = () =>
      Promise.all(
        ids.map((cluster) =>
          session.client.call(getClusterSync, { params: { workspace: session.workspace, cluster } }),
        ),
      );
    if (!args.isOff('watch')) await settle(read, seconds * 1000);
    return show(io, args, await read());
  },
};

/** A cluster that was never connected cannot be waited for. */
async function connectedClusters(session: Session): Promise<readonly string[]> {
  const { items } = await clusters.fetch(session, { limit: 500 });
  return items.filter(({ state }) => state !== 'never-connected').map(({ id }) => id);
}

function settle(read: () => Promise<readonly ClusterSync[]>, timeoutMs: number): Promise<void> {
  return waitUntil({
    timeoutMs,
    async probe() {
      const behind = (await read()).filter(({ state }) => state === 'behind');
      return {
        done: behind.length === 0,
        missing: `behind: ${behind.map(({ cluster }) => cluster.name).join(', ')}`,
      };
    },
  });
}

function show(io: Io, args: Arguments, syncs: readonly ClusterSync[]): number {
  if (printDocument(io, args, syncs)) return exitCode(syncs);
  if (syncs.length === 0) tell(io, 'No cluster has connected yet.');
  else
    for (const { cluster, state, changeSet, counts, objects } of syncs) {
      print(
        io,
        `cluster/${cluster.name} ${state}: revision ${changeSet ?? 'none'}, ${counts.synced} objects applied, ${counts.pending} pending, ${counts.refused} refused`,
      );
      for (const object of objects)
        print(
          io,
          `  ${object.key} ${object.state}${object.state === 'refused' ? `: ${reasonsOf(object)}` : ''}`,
        );
    }
  return exitCode(syncs);
}

function exitCode(syncs: readonly ClusterSync[]): number {
  return syncs.every(({ state }) => state === 'in-sync') ? 0 : 1;
}
