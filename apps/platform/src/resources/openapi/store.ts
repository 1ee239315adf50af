import { createHash } from 'node:crypto';
import { and, eq, notInArray, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { openApiInventory, openApiUpload } from '@portolan/contract/agent-reports';
import type { Database, Queries } from '../../db/database.ts';
import { openApiDocuments } from './schema.ts';
import { enterWorkspace } from '../../db/tenancy.ts';
import { AppError } from '../../app-error.ts';
import type { AgentIdentity } from '@portolan/contract/agent';

/** Deletes documents that the cluster no longer has. Returns the keys of documents to upload: those with an unknown digest. */
export function compareDocuments(
  db: Database,
  { workspace, clusterId }: AgentIdentity,
  { documents }: z.output<typeof openApiInventory>,
): Promise<{ wanted: string[] }> {
  return db.transaction(async (tx) => {
    await enterWorkspace(tx, workspace);
    const keys = documents.map(({ key }) => key);
    await tx
      .delete(openApiDocuments)
      .where(and(eq(openApiDocuments.clusterId, clusterId), notInArray(openApiDocuments.key, keys)));
    const rows = await tx
      .select({ key: openApiDocuments.key, sha256: openApiDocuments.sha256 })
      .from(openApiDocuments)
      .where(eq(openApiDocuments.clusterId, clusterId));
    const known = new Map(rows.map(({ key, sha256 }) => [key, sha256]));
    const wanted = documents.filter(({ key, sha256 }) => sha256 !== null && known.get(key) !== sha256);
    return { wanted: wanted.map(({ key }) => key) };
  });
}

export function storeDocument(
  db: Database,
  { workspace, clusterId }: AgentIdentity,
  { key, sha256, json }: z.output<typeof openApiUpload>,
): Promise<void> {
  if (createHash('sha256').update(json).digest('hex') !== sha256)
    throw new AppError('invalid-request', `The document of ${key} does not match its SHA-256 digest.`, {
      fix: 'Upload the document again.',
    });
  return db.transaction(async (tx) => {
    await enterWorkspace(tx, workspace);
    await tx
      .insert(openApiDocuments)
      .values({ clusterId, workspaceId: workspace, key, sha256, json })
      .onConflictDoUpdate({
        target: [openApiDocuments.clusterId, openApiDocuments.key],
        set: { sha256, json, fetchedAt: sql`now()` },
      });
  });
}

export async function findDocument(
  db: Queries,
  clusterId: string,
  key: string,
): Promise<{ key: string; sha256: string; fetchedAt: string; document: Record<string, unknown> } | null> {
  const [row] = await db
    .select()
    .from(openApiDocuments)
    .where(and(eq(openApiDocuments.clusterId, clusterId), eq(openApiDocuments.key, key)));
  if (!row) return null;
  const document = JSON.parse(row.json) as Record<string, unknown>;
  return { key, sha256: row.sha256, fetchedAt: row.fetchedAt.toISOString(), document };
}
