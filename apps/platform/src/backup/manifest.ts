import { z } from 'zod';

/** Names of tables, columns and sequences as migrations create them. */
const identifier = z.string().regex(/^[a-z_][a-z0-9_]*$/);

const tableShape = z.object({
  name: identifier,
  /** Columns that are stored, in the order of the rows; generated columns are computed again. */
  columns: z.array(identifier).min(1),
  /** Columns of the primary key, by which rows are sorted. */
  key: z.array(identifier),
  /** Partitions of a partitioned table, with their bounds as PostgreSQL prints them. */
  partitions: z
    .array(
      z.object({
        name: identifier,
        bound: z.string().regex(/^(?:DEFAULT|FOR VALUES FROM \([^();]*\) TO \([^();]*\))$/),
      }),
    )
    .default([]),
});

/** Shape of a table, as a backup describes it. */
export type TableShape = z.output<typeof tableShape>;

/** First entry of a backup: what it holds, and which schema its rows belong to. */
export const backupManifest = z.object({
  format: z.literal('portolan-backup'),
  version: z.literal(1),
  createdAt: z.iso.datetime(),
  /** Version of Portolan that made the backup. */
  portolan: z.string(),
  /** Migrations the database had, by the times that identify them. */
  migrations: z.array(z.number()).min(1),
  /** Tables in an order in which each comes after those it refers to. */
  tables: z.array(tableShape),
  /** Values of sequences. */
  sequences: z.array(z.object({ name: identifier, value: z.string().regex(/^-?\d+$/) })),
  /** Whether the key files of the installation are in the backup. */
  hasKeys: z.boolean(),
});

export type BackupManifest = z.output<typeof backupManifest>;

const tableTotal = z.object({
  rows: z.number().int().min(0),
  /** SHA-256 of the rows in PostgreSQL's text format, sorted by primary key, in hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Last entry of a backup: without it the backup is incomplete. */
export const backupTotals = z.object({ tables: z.record(identifier, tableTotal) });

export type TableTotal = z.output<typeof tableTotal>;
export type BackupTotals = z.output<typeof backupTotals>;
