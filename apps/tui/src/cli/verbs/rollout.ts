import { getClusterSync, listChangeSets, rollBack, type ClusterSync } from '@portolan/contract/changes';
import { Failure, usageFailure } from '@portolan/console/failure';
import { changes } from '@portolan/console/kinds/changes';
import { clusters } from '@portolan/console/kinds/clusters';
import type { Session } from '@portolan/console/kinds/kind';
import { wholeTabs } from '@portolan/console/kinds/whole-tabs';
import { formatBlocks } from '../../terminal/blocks.ts';
import { confirm } from '../confirm.ts';
import { connect } from '../connect.ts';
import { clusterFlag, dryRunFlag, listOutputFlag, platformFlags, textOutputFlag, yesFlag } from '../flags.ts';
import { print, tell, type Io } from '../../terminal/io.ts';
import { createPrinter } from '../printer.ts';
import { noWords, oneWord } from '../read-words.ts';
import { diffLines } from '../show-diff.ts';
import { outputWidth, plainTheme } from '../terminal.ts';
import { readSeconds } from '../times.ts';
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
  usage: '[--to-revision N]',
  details:
    'Undoes the last change, or with --to-revision restores the platform’s objects of a cluster as of that revision. It shows the\ndifferences and asks.',
  examples: ['portolan rollout undo', 'portolan rollout undo --to-revision 41 --dry-run'],
  flags: {
    'to-revision': { type: 'string', value: 'N', help: 'revision to restore' },
    ...clusterFlag,
    ...dryRunFlag,
    ...yesFlag,
    ...platformFlags,
  },
  async run(args, io) {
    noWords(args, 'portolan rollout undo [--to-revision N]');
    const session = await connect(args, io);
    const { client, workspace } = session;
    const given = args.text('to-revision');
    const revision =
      given === undefined ? await lastRevision(session, args.text('cluster')) : revisionOf(given);
    const params = { workspace, revision };
    const to = given === undefined ? ('before' as const) : ('revision' as const);
    const place = given === undefined ? `before revision ${revision}` : `to revision ${revision}`;
    const plan = await client.call(rollBack, { params, body: { to, dryRun: true } });
    const touched = plan.changes.filter(({ change }) => change !== 'unchanged');
    if (touched.length === 0) {
      tell(io, `Nothing to do: rolling cluster ${plan.cluster.name} back ${place} changes nothing.`);
      return 0;
    }
    for (const { key, change, before, after } of touched) {
      tell(io, `${key}  ${change}`);
      tell(io, diffLines(io, before, after, 'stderr').join('\n'));
    }
    const isDry = args.has('dry-run');
    if (!isDry) {
      const question = `Roll cluster ${plan.cluster.name} back ${place}?`;
      await confirm(io, args, { question, session });
      await client.call(rollBack, { params, body: { to, seen: plan.revision } });
    }
    print(io, `cluster/${plan.cluster.name} rolled back ${place}${isDry ? ' (dry run)' : ''}`);
    return 0;
  },
};

/** Returns the revision of the last change set. */
async function lastRevision({ client, workspace }: Session, cluster: string | undefined): Promise<number> {
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
      'Choose one with --cluster NAME, or a revision with --to-revision.',
    );
  return last.revision;
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
