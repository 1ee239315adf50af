import type { DnsRecord, DomainDetail } from '@portolan/contract/domains';
import { notFound } from '../app-error.ts';
import type { Queries } from '../db/database.ts';
import { checkClaim, type CheckOptions } from './check.ts';
import { findClaim } from './claim-store.ts';
import { certificateOf, domainView, findListed, type ListedDomain } from './list-store.ts';
import { challengeName, proofNames } from './proof.ts';

type Secrets = Pick<CheckOptions, 'secret' | 'settings' | 'challengeZone'>;

/** Returns a domain with the records to publish. @throws AppError `not-found`. */
export async function getDomain(
  db: Queries,
  options: Secrets,
  workspace: string,
  host: string,
): Promise<DomainDetail> {
  const row = await findListed(db, workspace, host.toLowerCase());
  if (!row) throw notFound(`domain ${host}`);
  return {
    ...domainView(row),
    certificate: certificateOf(row),
    records: recordsOf(options, workspace, row),
    seen: row.seen,
  };
}

/** Checks a domain now; one that needs no proof is returned as it is. @throws AppError `not-found`. */
export async function checkNow(
  options: CheckOptions,
  workspace: string,
  host: string,
): Promise<DomainDetail> {
  const claim = await findClaim(options.db, workspace, host.toLowerCase());
  if (claim) await checkClaim(options, claim);
  return getDomain(options.db, options, workspace, host);
}

function recordsOf(
  { secret, settings, challengeZone }: Secrets,
  workspace: string,
  { host, registrable }: ListedDomain,
): DnsRecord[] {
  if (registrable === null) return [];
  // At the registered domain, where one record proves all hosts below it.
  const name = proofNames(host, registrable).at(-1) ?? host;
  return [
    { type: 'TXT', name, value: secret.tokenFor(workspace, registrable), purpose: 'proof' },
    {
      type: 'CNAME',
      name: host,
      value: secret.targetFor(workspace, settings.edgeSuffix),
      purpose: 'traffic',
    },
    ...(challengeZone === null
      ? []
      : [
          {
            type: 'CNAME' as const,
            name: challengeName(host),
            value: secret.challengeTargetFor(workspace, host, challengeZone),
            purpose: 'challenge' as const,
          },
        ]),
  ];
}
