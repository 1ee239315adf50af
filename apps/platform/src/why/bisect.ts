import type { Bisection, bisectRequest } from '@portolan/contract/bisect';
import { changeSet } from '@portolan/contract/changes';
import { decide } from '@portolan/resources/decide/decide';
import type { z } from 'zod';
import { AppError } from '../app-error.ts';
import { listObjectChanges } from '../change-sets/object-history-store.ts';
import { findChangeSet } from '../change-sets/store.ts';
import type { Transaction } from '../db/database.ts';
import { readCompileInputs } from '../resources/compiled-clusters.ts';
import { findTurn } from './find-turn.ts';
import { callerOf, requestFacts } from './question.ts';
import { RevisionModels } from './revision-models.ts';

type RevisionDecision = Bisection['now'];

interface BisectTarget {
  readonly workspace: string;
  readonly cluster: { readonly id: string; readonly name: string };
  readonly question: z.output<(typeof bisectRequest)['body']>;
}

/** Changes that are looked among; older ones are part of the state that the search begins with. */
const CHANGE_SETS_MAX = 1000;

/**
 * Returns the change since which a request is decided as now, by the users, keys and reported objects of now.
 * @throws AppError `not-found` for an unknown caller, `invalid-request` for a revision at which the request is decided as now.
 */
export async function bisect(tx: Transaction, target: BisectTarget): Promise<Bisection> {
  const { cluster, workspace, question } = target;
  const changes = await listObjectChanges(tx, cluster.id, CHANGE_SETS_MAX);
  const models = new RevisionModels(await readCompileInputs(tx, cluster.id), changes);
  const revisions = [...new Set(changes.map(({ revision }) => revision))];
  const states = [(revisions[0] ?? 1) - 1, ...revisions];
  const decideAt = async (revision: number): Promise<RevisionDecision> => {
    const router = models.at(revision);
    const { identity } = await callerOf(tx, router, { workspace, cluster: cluster.id, question });
    const { status, verdict, reasons } = decide(router, requestFacts(question), identity, { explain: true });
    return { revision, status, verdict, reason: reasons.find(({ ok }) => !ok) ?? reasons.at(-1) ?? null };
  };
  const now = await decideAt(states.at(-1) ?? 0);
  const isAsNow = async (index: number): Promise<boolean> => {
    const { status, verdict } = await decideAt(states[index] ?? 0);
    return status === now.status && verdict === now.verdict;
  };
  const good = indexOfGood(states, question.good);
  if (good !== undefined && (await isAsNow(good)))
    throw new AppError('invalid-request', `At revision ${states[good] ?? 0} the request is decided as now.`, {
      fix: 'Name a revision at which it was decided otherwise, or none.',
    });
  const { index, decided } = await findTurn(states.length, isAsNow, good);
  const found = index === null ? null : await findChangeSet(tx, workspace, states[index] ?? 0);
  return {
    cluster: cluster.name,
    now,
    change: found === null ? null : changeSet.parse(found),
    before: index === null ? null : await decideAt(states[index - 1] ?? 0),
    objects: found?.changes.map(({ key }) => key) ?? [],
    searched: { changes: revisions.length, decided },
    notes: notesOf(revisions.length),
  };
}

function indexOfGood(states: readonly number[], good: number | undefined): number | undefined {
  if (good === undefined) return undefined;
  return Math.max(
    0,
    states.findLastIndex((revision) => revision <= good),
  );
}

function notesOf(changes: number): string[] {
  return [
    'Users, keys, settings and objects that the platform does not own are those of now: their changes have no revisions.',
    ...(changes >= CHANGE_SETS_MAX ? [`Only the last ${CHANGE_SETS_MAX} changes were looked among.`] : []),
  ];
}
