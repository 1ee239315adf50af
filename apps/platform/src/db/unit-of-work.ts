import type { Topic } from '@portolan/contract/events';
import { recordAudit, type Actor, type AuditEntry } from './audit-chain.ts';
import type { Database, Transaction } from './database.ts';
import { enterWorkspace } from './tenancy.ts';
import { bumpRevision, publish, type ChangeKind, type Publication } from './changes.ts';

/** A transaction with its duties: the audit event and the published changes are written at its end. */
export interface UnitOfWork {
  readonly tx: Transaction;
  /** Names the mutation; exactly once per transaction that mutates. */
  audit(entry: AuditEntry): void;
  /** Records what the mutation did beside what it names, such as groups that it created; written before it. */
  auditImplied(entry: AuditEntry): void;
  /** Tells subscribers what changed, when the transaction commits. */
  publish(topic: Topic, ids: readonly string[], change: ChangeKind): void;
  /** Next number of the workspace's desired state; call it for what gateways must hear of. */
  bumpRevision(): Promise<number>;
  /** Declares that the request turned out to change nothing (a dry run, an equal value). */
  unchanged(): void;
}

export interface UnitOfWorkScope {
  readonly workspace: string | null;
  readonly actor: Actor | null;
  /** Whether exactly one audit event (or `unchanged`) is owed. */
  readonly mutates: boolean;
}

/** Runs `run` in a transaction of one workspace; refuses to commit a mutation that is not audited exactly once. */
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
      throw new Error(`a mutation owes one audit event, got ${audits.length}`);
    }
    if (audits.length > 0 && scope.workspace !== null)
      publications.push({ topic: 'audit', ids: [], change: 'created' });
    // The workspace's row is locked before the audit's chain, as by everyone: nobody waits for each other in a circle.
    if (publications.length > 0) await publish(tx, inWorkspace(scope), ...publications);
    for (const entry of [...implied, ...audits]) {
      if (!scope.actor) throw new Error('an audit event needs an actor');
      await recordAudit(tx, scope.workspace, scope.actor, entry);
    }
    return result;
  });
}

function inWorkspace(scope: UnitOfWorkScope): string {
  if (scope.workspace === null) throw new Error('this needs a workspace');
  return scope.workspace;
}
