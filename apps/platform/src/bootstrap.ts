import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import { bootstrapHandover, type BootstrapHandover } from '@portolan/contract/bootstrap';
import { hashPassword } from './auth/password.ts';
import { hashToken, newSecret } from './auth/secret-token.ts';
import { createAccessToken } from './auth/token-store.ts';
import { recordAudit, type Actor } from './db/audit-chain.ts';
import type { Config } from './config.ts';
import type { Database, Transaction } from './db/database.ts';
import { ADVISORY_LOCKS } from './db/advisory-locks.ts';
import { newId } from './db/ids.ts';
import { accessTokens } from './auth/schema.ts';
import { accounts } from './identity/accounts/schema.ts';
import { agentTokens, clusters } from './clusters/schema.ts';
import { members } from './identity/members/schema.ts';
import { workspaces } from './workspaces/schema.ts';
import { readOrCreateSecret, writeFileAtomic } from '@portolan/process/atomic-file';

const WORKSPACE = 'default';
const EMAIL = 'admin@portolan.localhost';
const TOKEN_NAME = 'first start';
const TOKEN_MS = 30 * 24 * 3600_000;
const SYSTEM: Actor = {
  kind: 'system',
  id: 'bootstrap',
  name: 'first start',
  origin: 'system',
  remoteAddress: null,
};

/**
 * Creates a workspace, its owner and a cluster on first start, and writes their credentials to the bootstrap file. Later starts
 * replace credentials that are missing or about to expire.
 */
export async function bootstrap(db: Database, config: Config): Promise<void> {
  const previous = await readHandover(config.bootstrapFile);
  const passwordFile = join(config.dataDir, 'admin.password');
  const handed = await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${ADVISORY_LOCKS.firstStart})`);
    const [owner] = await tx.select().from(accounts).where(eq(accounts.email, EMAIL));
    if (owner) return renew(tx, { owner: owner.id, previous, passwordFile });
    const [anyone] = await tx.select({ id: accounts.id }).from(accounts).limit(1);
    return anyone ? null : create(tx, config.clusterName, passwordFile);
  });
  if (handed) await writeFileAtomic(config.bootstrapFile, `${JSON.stringify(handed, null, 2)}\n`);
}

async function readHandover(file: string): Promise<BootstrapHandover | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  try {
    return bootstrapHandover.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function create(
  tx: Transaction,
  clusterName: string,
  passwordFile: string,
): Promise<BootstrapHandover> {
  const password = await readOrCreateSecret(passwordFile);
  const accountId = newId('acc');
  const clusterId = newId('cls');
  await tx.insert(workspaces).values({ id: WORKSPACE, uid: WORKSPACE, name: 'Default' });
  await tx.insert(accounts).values({
    id: accountId,
    email: EMAIL,
    name: 'Administrator',
    passwordHash: await hashPassword(password, 'bootstrap'),
  });
  await tx.insert(members).values({ workspaceId: WORKSPACE, accountId, role: 'owner' });
  await tx.insert(clusters).values({ id: clusterId, workspaceId: WORKSPACE, name: clusterName });
  const target = { kind: 'workspace', id: WORKSPACE, name: 'Default' };
  const after = { owner: EMAIL, cluster: clusterName };
  await recordAudit(tx, WORKSPACE, SYSTEM, { action: 'workspace.create', target, after });
  return {
    workspace: WORKSPACE,
    adminEmail: EMAIL,
    adminPasswordFile: passwordFile,
    adminToken: await newAdminToken(tx, accountId),
    agentToken: await newAgentToken(tx, clusterId),
    clusterId,
  };
}

interface Renewal {
  readonly owner: string;
  readonly previous: BootstrapHandover | undefined;
  readonly passwordFile: string;
}

async function renew(
  tx: Transaction,
  { owner, previous, passwordFile }: Renewal,
): Promise<BootstrapHandover | null> {
  const [cluster] = await tx
    .select({ id: clusters.id })
    .from(clusters)
    .where(previous ? eq(clusters.id, previous.clusterId) : eq(clusters.workspaceId, WORKSPACE))
    .orderBy(clusters.createdAt)
    .limit(1);
  if (!cluster) return null;
  const agentToken =
    previous && (await isAgentToken(tx, previous.agentToken))
      ? previous.agentToken
      : await newAgentToken(tx, cluster.id);
  return {
    workspace: WORKSPACE,
    adminEmail: EMAIL,
    adminPasswordFile: passwordFile,
    adminToken:
      previous && (await isAdminToken(tx, previous.adminToken))
        ? previous.adminToken
        : await newAdminToken(tx, owner),
    agentToken,
    clusterId: cluster.id,
  };
}

async function newAdminToken(tx: Transaction, accountId: string): Promise<string> {
  const earlier = and(eq(accessTokens.accountId, accountId), eq(accessTokens.name, TOKEN_NAME));
  await tx.delete(accessTokens).where(earlier);
  const expiresAt = new Date(Date.now() + TOKEN_MS);
  const { token } = await createAccessToken(tx, {
    accountId,
    kind: 'session',
    name: TOKEN_NAME,
    remoteAddress: null,
    scopes: null,
    expiresAt,
  });
  return token;
}

/** Returns whether the token is valid for at least another day. */
async function isAdminToken(tx: Transaction, token: string): Promise<boolean> {
  const rows = await tx
    .select({ id: accessTokens.id })
    .from(accessTokens)
    .where(
      and(eq(accessTokens.hash, hashToken(token)), gt(accessTokens.expiresAt, sql`now() + interval '1 day'`)),
    );
  return rows.length > 0;
}

async function newAgentToken(tx: Transaction, clusterId: string): Promise<string> {
  const token = newSecret('pta');
  await tx
    .insert(agentTokens)
    .values({ id: newId('agt'), workspaceId: WORKSPACE, clusterId, hash: hashToken(token) });
  return token;
}

async function isAgentToken(tx: Transaction, token: string): Promise<boolean> {
  const rows = await tx
    .select({ id: agentTokens.id })
    .from(agentTokens)
    .where(and(eq(agentTokens.hash, hashToken(token)), isNull(agentTokens.revokedAt)));
  return rows.length > 0;
}
