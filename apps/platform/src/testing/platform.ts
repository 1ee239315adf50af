import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrapHandover, type BootstrapHandover } from '@portolan/contract/bootstrap';
import { createClient, type Client } from '@portolan/contract/client';
import type { RouteDefinition } from '@portolan/contract/route';
import type { Role } from '@portolan/contract/permissions';
import { createAccessToken } from '../auth/token-store.ts';
import { readConfig } from '../config.ts';
import { newId } from '../db/ids.ts';
import { accounts } from '../identity/accounts/schema.ts';
import { members } from '../identity/members/schema.ts';
import { workspaces } from '../workspaces/schema.ts';
import { createLogger } from '@portolan/process/logger';
import type { Platform } from '../platform.ts';
import { runPlatform } from '../run-platform.ts';
import { createTestDatabase } from './database.ts';

/** A complete platform on a free port, with its own database. */
export interface TestPlatform {
  readonly url: string;
  readonly databaseUrl: string;
  readonly platform: Platform;
  readonly routes: readonly RouteDefinition[];
  readonly bootstrap: BootstrapHandover;
  /** Client of the first owner. */
  readonly owner: Client;
  clientWith(token: string | undefined): Client;
  /** Creates an account with a role in a workspace (by default the first), and returns a client that is signed in with it. */
  signInAs(
    role: Role,
    workspace?: string,
  ): Promise<{ client: Client; accountId: string; token: string; email: string }>;
  createWorkspace(id: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a platform; call `close` in `afterAll`. With `replicaOf`, it shares the database and secrets of another. Every broker is
 * approved when it registers, unless `moreFlags` names some.
 */
export async function startTestPlatform(
  env: Readonly<Record<string, string>> = {},
  replicaOf?: TestPlatform,
  moreFlags: readonly string[] = [],
): Promise<TestPlatform> {
  const database = replicaOf
    ? { url: replicaOf.databaseUrl, drop: () => Promise.resolve() }
    : await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'portolan-platform-'));
  const flags = ['--data-dir', dataDir, '--port', '0', '--log-level', 'error'];
  flags.push(...(moreFlags.includes('--brokers') ? [] : ['--brokers', '*']), ...moreFlags);
  if (replicaOf) {
    const { brokerSecretFile, sealKeyFile, bootstrapFile } = replicaOf.platform.config;
    flags.push('--broker-secret-file', brokerSecretFile, '--seal-key-file', sealKeyFile);
    flags.push('--bootstrap-file', bootstrapFile);
  }
  const config = readConfig(flags, {
    ...env,
    DATABASE_URL: database.url,
  });
  const failed = Promise.withResolvers<never>();
  const running = await runPlatform({
    config,
    log: createLogger({ app: 'platform', level: config.logLevel }),
    onLost: failed.reject,
  });
  const bootstrap = bootstrapHandover.parse(JSON.parse(await readFile(config.bootstrapFile, 'utf8')));
  const { db } = running.platform;
  const clientWith = (token: string | undefined) =>
    createClient({ baseUrl: running.url, token, origin: 'cli' });
  return {
    url: running.url,
    databaseUrl: database.url,
    platform: running.platform,
    routes: running.routes,
    bootstrap,
    owner: clientWith(bootstrap.adminToken),
    clientWith,
    async signInAs(role, workspace = bootstrap.workspace) {
      const accountId = newId('acc');
      const email = `${accountId}@example.com`;
      await db.insert(accounts).values({ id: accountId, email, name: role });
      await db.insert(members).values({ workspaceId: workspace, accountId, role });
      const expiresAt = new Date(Date.now() + 3600_000);
      const { token } = await createAccessToken(db, {
        accountId,
        kind: 'session',
        name: 'test',
        remoteAddress: null,
        scopes: null,
        expiresAt,
      });
      return { client: clientWith(token), accountId, token, email };
    },
    async createWorkspace(id) {
      await db.insert(workspaces).values({ id, name: id });
    },
    async close() {
      await running.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
