import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { IssuerConfig } from '../../acme-config.ts';
import type { Database } from '../../db/database.ts';
import type { CertificateRow } from './order-store.ts';

const claimRow = z.object({
  state: z.string(),
  seen: z.object({ leadsTo: z.array(z.string()), leadsHere: z.boolean() }).nullable(),
});

/**
 * Returns a function that says why a host cannot be validated yet, by what the latest check of its DNS saw: an attempt that is
 * bound to fail would count against the limits of the authority. A challenge in DNS needs no traffic.
 */
export function unreadyReason(
  db: Database,
  issuers: readonly IssuerConfig[],
): (row: Pick<CertificateRow, 'clusterId' | 'host'>) => Promise<string | null> {
  const needsTraffic = !issuers.some(({ challenges }) => challenges.includes('dns-01'));
  return async ({ clusterId, host }) => {
    const { rows } = await db.execute(
      sql`select state, seen from domain_claims where cluster_id = ${clusterId} and host = ${host}
        order by state in ('verified', 'at-risk') desc limit 1`,
    );
    const [claim] = z.array(claimRow).parse(rows);
    if (!claim) return 'The domain is no longer claimed.';
    if (claim.state === 'at-risk') return 'The proof of ownership is missing from DNS.';
    if (!needsTraffic || claim.seen === null || claim.seen.leadsHere) return null;
    const place = claim.seen.leadsTo.length === 0 ? 'nowhere' : `to ${claim.seen.leadsTo.join(', ')}`;
    return `DNS leads ${host} ${place}, not to this platform; publish the CNAME record that "portolan describe domain ${host}" shows.`;
  };
}
