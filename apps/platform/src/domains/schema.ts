import { index, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { clusters } from '../clusters/schema.ts';
import { workspaces } from '../workspaces/schema.ts';
import type { OwnershipState } from './ownership.ts';

/** What one check of a claim saw in DNS. */
export interface ClaimSeen {
  /** Texts of the TXT records at the names where a proof may be. */
  readonly texts: readonly string[];
  /** Where the host leads: the host it is an alias of, or its addresses. */
  readonly leadsTo: readonly string[];
  readonly leadsHere: boolean;
  /** Whether `_acme-challenge` leads to the platform's zone; null or absent: unknown, or there is no zone. */
  readonly delegated?: boolean | null;
  /** Why DNS gave no definite reply; null when it did. */
  readonly unknown: string | null;
}

/** Hosts of the edge, each held by one object of one cluster. */
export const domains = pgTable(
  'domains',
  {
    host: text('host').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    objectKey: text('object_key').notNull(),
    kind: text('kind').$type<'generated' | 'custom'>().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    /** Time at which the object was deleted; its generated host is restored with it. Null: the host is served. */
    releasedAt: timestamp('released_at', { withTimezone: true }),
  },
  (t) => [index('domains_cluster').on(t.clusterId)],
);

/** All generated hosts ever allocated. None is reused for another object, even after its workspace was deleted. */
export const reservedHosts = pgTable('reserved_hosts', {
  host: text('host').primaryKey(),
  reservedAt: timestamp('reserved_at', { withTimezone: true }).notNull().defaultNow(),
});

/** Claims of objects to custom domains that somebody can own; only proved ones become domains. */
export const domainClaims = pgTable(
  'domain_claims',
  {
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    objectKey: text('object_key').notNull(),
    host: text('host').notNull(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    /** Domain that was registered with a registry: the proof holds for all hosts below it. */
    registrable: text('registrable').notNull(),
    state: text('state').$type<OwnershipState>().notNull().default('pending'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    checkedAt: timestamp('checked_at', { withTimezone: true }),
    nextCheckAt: timestamp('next_check_at', { withTimezone: true }).notNull().defaultNow(),
    missingSince: timestamp('missing_since', { withTimezone: true }),
    movesAt: timestamp('moves_at', { withTimezone: true }),
    /** What the latest check saw; null before the first. */
    seen: jsonb('seen').$type<ClaimSeen>(),
  },
  (t) => [
    primaryKey({ columns: [t.clusterId, t.objectKey, t.host] }),
    index('domain_claims_due').on(t.nextCheckAt),
    index('domain_claims_host').on(t.host),
  ],
);
