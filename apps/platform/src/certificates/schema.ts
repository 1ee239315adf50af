import { pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { clusters } from '../clusters/schema.ts';
import { workspaces } from '../workspaces/schema.ts';

/** Certificates for an object's domains; the private key is sealed. */
export const certificates = pgTable(
  'certificates',
  {
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    objectKey: text('object_key').notNull(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    hosts: text('hosts').array().notNull(),
    /** PEM chain. */
    cert: text('cert').notNull(),
    sealedKey: text('sealed_key').notNull(),
    /** SHA-256 of the authority's certificate: another authority means new certificates. */
    authority: text('authority').notNull(),
    notAfter: timestamp('not_after', { withTimezone: true }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.clusterId, t.objectKey] })],
);
