import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bootstrapHandover, type BootstrapHandover } from '@portolan/contract/bootstrap';
import { hashPassword } from './auth/password.ts';
import { hashToken, newSecret } from './auth/secret-token.ts';
import { createAccessToken } from './auth/token-store.ts';
import { recordAudit, type Actor } from './db/audit-chain.ts';
import type { Config } from './config.ts';
import type { Database, Transaction } from './db/database.ts';
import { newId } from './db/ids.ts';
import {
  deleteTokensNamed,
  findFirstCluster,
  hasAccounts,
  isAgentToken,
  isLastingToken,
  lockFirstStart,
} from './bootstrap-store.ts';
import { insertCluster, insertToken } from './clusters/store.ts';
import { findAccountByEmail, insertAccount } from './identity/accounts/store.ts';
import { insertMember } from './identity/members/store.ts';
import { insertWorkspace } from './workspaces/store.ts';
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
    await lockFirstStart(tx);
    const owner = await findAccountByEmail(tx, EMAIL);
    if (owner) return renew(tx, { owner: owner.id, previous, passwordFile });
    return (await hasAccounts(tx)) ? null : create(tx, config.clusterName, passwordFile);
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
  await insertWorkspace(tx, { id: WORKSPACE, uid: WORKSPACE, name: 'Default' });
  await insertAccount(tx, {
    id: accountId,
    email: EMAIL,
    name: 'Administrator',
    passwordHash: await hashPassword(password, 'bootstrap'),
  });
  await insertMember(tx, { workspaceId: WORKSPACE, accountId, role: 'owner' });
  await insertCluster(tx, { id: clusterId, workspaceId: WORKSPACE, name: clusterName });
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
  const cluster = await findFirstCluster(tx, WORKSPACE, previous?.clusterId);
  if (!cluster) return null;
  const agentToken =
    previous && (await isAgentToken(tx, hashToken(previous.agentToken)))
      ? previous.agentToken
      : await newAgentToken(tx, cluster.id);
  return {
    workspace: WORKSPACE,
    adminEmail: EMAIL,
    adminPasswordFile: passwordFile,
    adminToken:
      previous && (await isLastingToken(tx, hashToken(previous.adminToken)))
        ? previous.adminToken
        : await newAdminToken(tx, owner),
    agentToken,
    clusterId: cluster.id,
  };
}

async function newAdminToken(tx: Transaction, accountId: string): Promise<string> {
  await deleteTokensNamed(tx, accountId, TOKEN_NAME);
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

async function newAgentToken(tx: Transaction, clusterId: string): Promise<string> {
  const token = newSecret('pta');
  await insertToken(tx, { id: newId('agt'), workspaceId: WORKSPACE, clusterId, hash: hashToken(token) });
  return token;
}
