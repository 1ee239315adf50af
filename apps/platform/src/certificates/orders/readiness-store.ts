import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { ChallengeType, IssuerConfig } from '../../acme-config.ts';
import type { Database } from '../../db/database.ts';
import { challengeName } from '../../domains/proof.ts';
import type { CertificateRow } from './order-store.ts';

const claimRow = z.object({
  state: z.string(),
  seen: z
    .object({
      leadsTo: z.array(z.string()),
      leadsHere: z.boolean(),
      delegated: z.boolean().nullable().default(null),
    })
    .nullable(),
});

/** Challenges that a host is set up for; `reason`: why there is none, for people. */
interface Ready {
  readonly challenges: ReadonlySet<ChallengeType>;
  readonly reason: string | null;
}

export type Readiness = (row: Pick<CertificateRow, 'clusterId' | 'host'>) => Promise<Ready>;

/**
 * Returns a function that says which challenges a host is set up for, by what the latest check of its DNS saw: an attempt that is
 * bound to fail would count against the limits of the authority. A challenge in DNS needs no traffic.
 */
export function readiness(db: Database, issuers: readonly IssuerConfig[]): Readiness {
  const configured = new Set(issuers.flatMap(({ challenges }) => challenges));
  return async ({ clusterId, host }) => {
    const { rows } = await db.execute(
      sql`select state, seen from domain_claims where cluster_id = ${clusterId} and host = ${host}
        order by state in ('verified', 'at-risk') desc limit 1`,
    );
    const [claim] = z.array(claimRow).parse(rows);
    if (!claim) return notReady('The domain is no longer claimed.');
    if (claim.state === 'at-risk') return notReady('The proof of ownership is missing from DNS.');
    const ready = new Set([...configured].filter((type) => isReady(type, host, claim.seen)));
    return ready.size > 0
      ? { challenges: ready, reason: null }
      : notReady(whatIsMissing(host, claim.seen, configured.has('dns-01')));
  };
}

type Seen = z.output<typeof claimRow>['seen'];

function isReady(type: ChallengeType, host: string, seen: Seen): boolean {
  if (type === 'dns-01') return seen?.delegated === true;
  // RFC 8555 §7.1.3: wildcards are validated in DNS only.
  return !host.startsWith('*.') && (seen === null || seen.leadsHere);
}

function whatIsMissing(host: string, seen: Seen, hasDns: boolean): string {
  const records = `publish the CNAME record that "portolan describe domain ${host}" shows`;
  if (host.startsWith('*.'))
    return hasDns
      ? `A wildcard is validated in DNS, and ${challengeName(host)} does not lead to this platform; ${records}.`
      : 'A wildcard is validated in DNS, and this platform has no zone for that (--acme-dns-file).';
  const place = !seen || seen.leadsTo.length === 0 ? 'nowhere' : `to ${seen.leadsTo.join(', ')}`;
  return `DNS leads ${host} ${place}, not to this platform; ${records}.`;
}

function notReady(reason: string): Ready {
  return { challenges: new Set(), reason };
}
