import type { Topic } from '@portolan/contract/events';
import { recordAudit, type Actor, type AuditEntry } from './audit-chain.ts';
import type { Database, Transaction } from './database.ts';
import { enterWorkspace } from './tenancy.ts';
import { bumpRevision, publish, type ChangeKind, type Publication } from './changes.ts';

/** A transaction that writes its audit event and published changes at its end. */
export interface UnitOfWork {
  readonly tx: Transaction;
  /** Records the mutation; exactly once per mutating transaction. */
  audit(entry: AuditEntry): void;
  /** Records a side effect of the mutation, such as created groups; written before it. */
  auditImplied(entry: AuditEntry): void;
  /** Publishes a change when the transaction commits. */
  publish(topic: Topic, ids: readonly string[], change: ChangeKind): void;
  /** Increments and returns the revision of the workspace's desired state, for changes that gateways must receive. */
  bumpRevision(): Promise<number>;
  /** Declares that the request changes nothing (a dry run, an equal value). */
  unchanged(): void;
}

export interface UnitOfWorkScope {
  readonly workspace: string | null;
  readonly actor: Actor | null;
  /** Whether exactly one audit event (or `unchanged`) is required. */
  readonly mutates: boolean;
}

/** Runs `run` in a transaction of one workspace. @throws Error, and rolls back, when a mutation is not audited exactly once. */
export async function runUnitOfWork<T>(
  db: Database,
  scope: UnitOfWorkScope,
  run: (work: UnitOfWork) => Promise<T>,
): Promise<T> {
  return db.transaction(async (tx) => {
    if (scope.workspace !== null) await enterWorkspace(tx, scope.workspace);
    const audits: AuditEntry[] = [];
    const implied: AuditEntry[] = [];
    const publications: Publication[] = [];
    let unchanged = false;
    const result = await run({
      tx,
      audit: (entry) => void audits.push(entry),
      auditImplied: (entry) => void implied.push(entry),
      publish: (topic, ids, change) => void publications.push({ topic, ids, change }),
      bumpRevision: () => bumpRevision(tx, inWorkspace(scope)),
      unchanged: () => {
        unchanged = true;
      },
    });
    if (scope.mutates && audits.length !== (unchanged ? 0 : 1)) {
      throw new Error(`a mutation requires one audit event, got ${audits.length}`);
    }
    if (audits.length > 0 && scope.workspace !== null)
      publications.push({ topic: 'audit', ids: [], change: 'created' });
    // The workspace's row is always locked before the audit chain, so that transactions cannot deadlock.
    if (publications.length > 0) await publish(tx, inWorkspace(scope), ...publications);
    for (const entry of [...implied, ...audits]) {
      if (!scope.actor) throw new Error('an audit event needs an actor');
      await recordAudit(tx, scope.workspace, scope.actor, entry);
    }
    return result;
  });
}

function inWorkspace(scope: UnitOfWorkScope): string {
  if (scope.workspace === null) throw new Error('a workspace is required');
  return scope.workspace;
}
