import { pgTable, text, timestamp, unique, index } from 'drizzle-orm/pg-core';
import { workspaces } from '../workspaces/schema.ts';
import { bytea } from '../db/bytea.ts';

/** Kubernetes clusters and directories of manifests, each linked by an agent token. */
export const clusters = pgTable(
  'clusters',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [unique('clusters_name').on(t.workspaceId, t.name)],
);

/** Agent tokens, each exchanged once for a credential. Only SHA-256 of a token is stored. */
export const agentTokens = pgTable(
  'agent_tokens',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    hash: bytea('hash').notNull().unique(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    revokedAt: timestamp('revoked_at', { withTimezone: true }),
    /** Credential that the token was exchanged for. */
    credentialId: text('credential_id'),
  },
  (t) => [index('agent_tokens_cluster').on(t.clusterId)],
);

/** Credentials of agents: public keys, whose private keys never leave the agents. */
export const agentCredentials = pgTable(
  'agent_credentials',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    /** Ed25519 public key, SPKI in DER. */
    publicKey: bytea('public_key').notNull(),
    /** Credential that this one replaces; it expires two days after this one is first used. */
    replaces: text('replaces'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    usedAt: timestamp('used_at', { withTimezone: true }),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
    revokedAt: timestamp('revoked_at', { withTimezone: true }),
  },
  (t) => [index('agent_credentials_cluster').on(t.clusterId)],
);
