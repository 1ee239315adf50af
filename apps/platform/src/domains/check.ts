import type { ClusterIdentity } from '@portolan/contract/agent';
import type { Database, Transaction } from '../db/database.ts';
import { publish } from '../db/changes.ts';
import { enterWorkspace } from '../db/tenancy.ts';
import { allocateDomains, type DomainProblem, type DomainSettings } from './allocate.ts';
import { endHolding, findOtherHolder, storeVerdict, type ClaimRow } from './claim-store.ts';
import type { Dns, DnsReply } from './dns.ts';
import { judge, type Observation, type Verdict } from './ownership.ts';
import { challengeName, proofNames, type ProofSecret } from './proof.ts';
import type { ClaimSeen } from './schema.ts';

export interface CheckOptions {
  readonly db: Database;
  readonly dns: Dns;
  readonly secret: ProofSecret;
  readonly settings: DomainSettings;
  /** Zone that DNS-01 challenges are delegated to; null without one. */
  readonly challengeZone: string | null;
  readonly replaceProblems: ReplaceProblems;
}

/** Replaces the problems that the platform found in the resources of a cluster. */
export type ReplaceProblems = (
  tx: Transaction,
  identity: ClusterIdentity,
  found: readonly DomainProblem[],
) => Promise<void>;

type Holder = Awaited<ReturnType<typeof findOtherHolder>>;

/** Looks for the proof of a claim in DNS, stores what was seen and serves the domain, or stops serving it. */
export async function checkClaim(options: CheckOptions, claim: ClaimRow): Promise<void> {
  const { db, dns, secret, settings } = options;
  const holder = await findOtherHolder(db, claim.workspaceId, claim.host);
  const replies = await Promise.all(proofNames(claim.host, claim.registrable).map((name) => dns.texts(name)));
  const target = secret.targetFor(claim.workspaceId, settings.edgeSuffix);
  const seen = {
    ...seenIn(replies),
    ...(await whereItLeads(dns, claim.host, target)),
    delegated: await isDelegated(options, claim),
  };
  const verdict = judge(claim, observe(options, claim, seen, holder), new Date());
  await apply(options, claim, { verdict, seen, holder });
}

function seenIn(replies: readonly DnsReply[]): Pick<ClaimSeen, 'texts' | 'unknown'> {
  const texts = replies.flatMap((reply) => reply.found ?? []);
  const failed = replies.find((reply) => reply.found === undefined);
  return { texts, unknown: failed?.unknown ?? null };
}

/** Returns whether the challenges of a domain are delegated; null where there is no zone, or DNS does not say. */
async function isDelegated(
  { dns, secret, challengeZone }: CheckOptions,
  { workspaceId, host }: ClaimRow,
): Promise<boolean | null> {
  if (challengeZone === null) return null;
  const { found } = await dns.alias(challengeName(host));
  return found?.includes(secret.challengeTargetFor(workspaceId, host, challengeZone)) ?? null;
}

async function whereItLeads(
  dns: Dns,
  host: string,
  target: string,
): Promise<Pick<ClaimSeen, 'leadsTo' | 'leadsHere'>> {
  const alias = (await dns.alias(host)).found ?? [];
  if (alias.length > 0) return { leadsTo: alias, leadsHere: alias.includes(target) };
  const [own, edge] = await Promise.all([dns.addresses(host), dns.addresses(target)]);
  const leadsTo = own.found ?? [];
  return { leadsTo, leadsHere: leadsTo.some((address) => edge.found?.includes(address)) };
}

function observe(
  { secret }: CheckOptions,
  { workspaceId, registrable }: ClaimRow,
  { texts, unknown }: Pick<ClaimSeen, 'texts' | 'unknown'>,
  holder: Holder,
): Observation {
  const isProved = (workspace: string) => texts.includes(secret.tokenFor(workspace, registrable));
  const absent = unknown === null ? 'absent' : 'unknown';
  // Where DNS did not reply completely, the former holder is not taken for unproved.
  const isHeld = holder !== null && (isProved(holder.workspaceId) || unknown !== null);
  return {
    proof: isProved(workspaceId) ? 'present' : absent,
    holder: holder === null ? 'none' : isHeld ? 'proved' : 'unproved',
  };
}

interface Result {
  readonly verdict: Verdict;
  readonly seen: ClaimSeen;
  readonly holder: Holder;
}

async function apply(
  options: CheckOptions,
  claim: ClaimRow,
  { verdict, seen, holder }: Result,
): Promise<void> {
  if (verdict.takesOver && holder) await moveAway(options, { ...holder, host: claim.host });
  const identity = { clusterId: claim.clusterId, workspace: claim.workspaceId };
  await options.db.transaction(async (tx) => {
    await enterWorkspace(tx, claim.workspaceId);
    if (!(await storeVerdict(tx, claim, verdict, seen))) return;
    const isChanged = verdict.state !== claim.state;
    const wasSeen = claim.checkedAt !== null && JSON.stringify(claim.seen) === JSON.stringify(seen);
    if (isChanged) await refresh(tx, options, identity);
    if (isChanged || !wasSeen) {
      await publish(tx, claim.workspaceId, ...changesOf(claim.host, isChanged));
    }
  });
}

/** Ends the service of a domain in the workspace that had it. */
async function moveAway(
  options: CheckOptions,
  holder: {
    readonly workspaceId: string;
    readonly clusterId: string;
    readonly objectKey: string;
    readonly host: string;
  },
): Promise<void> {
  const identity = { clusterId: holder.clusterId, workspace: holder.workspaceId };
  await options.db.transaction(async (tx) => {
    await enterWorkspace(tx, holder.workspaceId);
    await endHolding(tx, holder);
    await refresh(tx, options, identity);
    await publish(tx, holder.workspaceId, ...changesOf(holder.host, true));
  });
}

async function refresh(
  tx: Transaction,
  { settings, replaceProblems }: CheckOptions,
  identity: ClusterIdentity,
): Promise<void> {
  await replaceProblems(tx, identity, await allocateDomains(tx, identity, settings));
}

function changesOf(host: string, isServiceChanged: boolean) {
  const domain = { topic: 'domains', ids: [host], change: 'updated' } as const;
  if (!isServiceChanged) return [domain];
  const others = (['resources', 'problems'] as const).map(
    (topic) => ({ topic, ids: [], change: 'many' }) as const,
  );
  return [domain, ...others];
}
