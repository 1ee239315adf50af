import { and, eq, sql } from 'drizzle-orm';
import type { DesiredState } from '@portolan/contract/desired-state';
import type { Database } from '../db/database.ts';
import { certificates } from './schema.ts';
import type { Sealer } from '../secrets/seal.ts';
import type { ObjectHosts } from '../domains/store.ts';
import type { Authority } from '@portolan/process/certificate-authority';

type Row = typeof certificates.$inferSelect;
type Issued = DesiredState['certificates'][number];

/** Life of a certificate of the local authority. */
export const LEAF_MS = 90 * 24 * 3600_000;
/** Certificates are renewed when a third of their life is left. */
const RENEW_BEFORE_MS = LEAF_MS / 3;

export interface CertificateOptions {
  readonly db: Database;
  readonly authority: Authority;
  readonly sealer: Sealer;
}

/** Certificates for a cluster's domains: kept ones where they still fit, new ones where hosts or dates ask for it. */
export async function certificatesFor(
  options: CertificateOptions,
  place: { readonly workspace: string; readonly clusterId: string },
  objects: readonly ObjectHosts[],
): Promise<Issued[]> {
  const rows = await options.db
    .select()
    .from(certificates)
    .where(eq(certificates.clusterId, place.clusterId));
  const byKey = new Map(rows.map((row) => [row.objectKey, row]));
  const issued: Issued[] = [];
  for (const object of objects) {
    const hosts = [...(object.generated === null ? [] : [object.generated]), ...object.custom];
    if (hosts.length === 0) continue;
    const kept = byKey.get(object.key);
    const row = kept && isFit(kept, hosts, options) ? kept : await renew(options, place, object.key, hosts);
    const key = options.sealer.open(row.sealedKey, contextOf(row));
    issued.push({ hosts: row.hosts, cert: row.cert, key });
  }
  return issued;
}

function isFit(row: Row, hosts: readonly string[], { authority }: CertificateOptions): boolean {
  if (row.authority !== authority.fingerprint) return false;
  if (row.notAfter.getTime() - Date.now() < RENEW_BEFORE_MS) return false;
  return hosts.length === row.hosts.length && hosts.every((host) => row.hosts.includes(host));
}

// Another replica may do the same at the same moment: the row that is there after the write is the one both use.
async function renew(
  { db, authority, sealer }: CertificateOptions,
  place: { readonly workspace: string; readonly clusterId: string },
  objectKey: string,
  hosts: readonly string[],
): Promise<Row> {
  const { cert, key, notAfter } = await authority.issue({
    commonName: hosts[0] ?? '',
    hosts,
    usage: 'server',
    notAfter: new Date(Date.now() + LEAF_MS),
  });
  if (key === null) throw new Error('a certificate without its key');
  const identity = { clusterId: place.clusterId, objectKey };
  const content = {
    hosts: [...hosts],
    cert,
    sealedKey: sealer.seal(key, contextOf(identity)),
    authority: authority.fingerprint,
    notAfter,
  };
  await db
    .insert(certificates)
    .values({ ...identity, workspaceId: place.workspace, ...content })
    .onConflictDoUpdate({
      target: [certificates.clusterId, certificates.objectKey],
      set: content,
      setWhere: sql`${certificates.hosts} <> ${sql.param(content.hosts)}::text[] or ${certificates.authority} <> ${authority.fingerprint} or ${certificates.notAfter} < now() + make_interval(secs => ${RENEW_BEFORE_MS / 1000})`,
    });
  const [row] = await db
    .select()
    .from(certificates)
    .where(and(eq(certificates.clusterId, place.clusterId), eq(certificates.objectKey, objectKey)));
  if (!row) throw new Error(`no certificate for ${objectKey}: its cluster is gone`);
  return row;
}

function contextOf(row: { readonly clusterId: string; readonly objectKey: string }): string {
  return `certificate ${row.clusterId} ${row.objectKey}`;
}
