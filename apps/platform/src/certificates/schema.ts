import { index, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { ChallengeType } from '../acme-config.ts';
import { clusters } from '../clusters/schema.ts';
import { workspaces } from '../workspaces/schema.ts';

/** Certificates of the local authority for an object's domains; the private key is sealed. */
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

/** One attempt to get a certificate, with the authority's own words. */
export interface OrderAttempt {
  /** ISO 8601. */
  readonly at: string;
  readonly issuer: string;
  readonly challenge: ChallengeType | null;
  /** Null: a certificate was issued. */
  readonly error: string | null;
}

/** A certificate that was issued for a key of a cluster. */
export interface IssuedChain {
  /** Id of the request whose key it is for. */
  readonly requestId: string;
  /** PEM. */
  readonly chain: string;
  readonly serial: string;
}

/**
 * One public certificate for each host, with the order in progress for it: issue and renewal are the same path. The private key is
 * made and kept by the agents of the cluster.
 */
export const domainCertificates = pgTable(
  'domain_certificates',
  {
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    host: text('host').notNull(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    state: text('state').$type<'waiting' | 'ordering' | 'issued' | 'failing'>().notNull().default('waiting'),
    /** What it waits for or why it failed, as a sentence; null: nothing to say. */
    reason: text('reason'),
    /** Failed attempts since the latest success. */
    failures: integer('failures').notNull().default(0),
    /** Latest attempts, newest first. */
    attempts: jsonb('attempts').$type<OrderAttempt[]>().notNull().default([]),
    /** The certificate in use. */
    current: jsonb('current').$type<IssuedChain>(),
    /** The one before, until agents confirmed that they serve the current one. */
    previous: jsonb('previous').$type<IssuedChain>(),
    confirmedAt: timestamp('confirmed_at', { withTimezone: true }),
    /** Name of the authority that issued the current certificate, and its directory. */
    issuer: text('issuer'),
    directory: text('directory'),
    notBefore: timestamp('not_before', { withTimezone: true }),
    notAfter: timestamp('not_after', { withTimezone: true }),
    /** Identifier for renewal information (RFC 9773). */
    renewalId: text('renewal_id'),
    /** When the authority suggests to renew. */
    windowStart: timestamp('window_start', { withTimezone: true }),
    windowEnd: timestamp('window_end', { withTimezone: true }),
    /** When it will be renewed: a random point of the window, else by its own life. */
    renewAt: timestamp('renew_at', { withTimezone: true }),
    /** Order in progress: id of the request, whose key is made by an agent. */
    requestId: text('request_id'),
    /** Request to sign, PKCS #10 in DER, in base64; null until an agent sent it. */
    csr: text('csr'),
    orderUrl: text('order_url'),
    /** Directory of the authority that has the order. */
    orderDirectory: text('order_directory'),
    challenge: text('challenge').$type<ChallengeType>(),
    orderStartedAt: timestamp('order_started_at', { withTimezone: true }),
    /** When there is something to do. */
    nextAt: timestamp('next_at', { withTimezone: true }).notNull().defaultNow(),
    /** Replica that works on it, and until when unless it renews its lease. */
    leaseId: text('lease_id'),
    leaseUntil: timestamp('lease_until', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.clusterId, t.host] }),
    index('domain_certificates_due').on(t.nextAt),
    index('domain_certificates_workspace').on(t.workspaceId),
  ],
);

/** Responses to challenges of authorities, served by brokers, agents or DNS servers until the order ends. */
export const acmeChallenges = pgTable(
  'acme_challenges',
  {
    host: text('host').notNull(),
    token: text('token').notNull(),
    type: text('type').$type<ChallengeType>().notNull(),
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    keyAuthorization: text('key_authorization').notNull(),
    /** Brokers and clusters that give the answer. */
    acknowledged: text('acknowledged').array().notNull().default([]),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.host, t.token] }), index('acme_challenges_cluster').on(t.clusterId)],
);
