import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyAudit } from '@portolan/contract/audit';
import { listKeys } from '@portolan/contract/keys';
import { createGroup, createUser, listGroups } from '@portolan/contract/users';
import { Client } from 'pg';
import { call } from '../e2e/request.ts';
import { until } from '../e2e/until.ts';
import type { ChaosOptions } from './chaos.ts';
import { ChaosSystem } from './system.ts';
import { atMost, isTrue, judge, none, type ChaosReport } from './verdict.ts';

const KEYS = 200_000;
const RESTORE_SECONDS_MAX = 600;

/**
 * A backup is taken while people write; then the platform and its data directory are gone. Restored into an empty directory,
 * the installation goes on: agents and brokers come back by themselves, and nothing acknowledged before the backup is lost.
 */
export async function run({ log }: ChaosOptions): Promise<ChaosReport> {
  const system = await ChaosSystem.start(log);
  try {
    log(`creating ${KEYS} API keys`);
    await createKeys(system);
    log('backing up under writes');
    const writer = new GroupWriter(system);
    await until('the first groups', 30_000, async () => writer.written.length > 5);
    const before = [...writer.written];
    const backup = await timed(() => portolan(system, 'backup'));
    await writer.stop();
    log('losing the platform, and restoring it into an empty directory');
    await system.platform.end('SIGKILL');
    renameSync(join(system.dir, 'platform'), join(system.dir, 'platform.lost'));
    renameSync(system.secretFile, `${system.secretFile}.lost`);
    const restore = await timed(() => portolan(system, 'restore'));
    await system.startPlatform();
    const backMs = await system.waitForTunnels(3, 90_000);
    const found = await findAll(system, before);
    return judge(
      [
        atMost('seconds to restore', RESTORE_SECONDS_MAX, restore.seconds),
        none('keys lost', KEYS - found.keys),
        none('groups lost that were acknowledged before the backup', found.groupsLost),
        isTrue('the audit log verifies', found.isAuditIntact),
        isTrue('a request through an edge is served', found.isServed),
      ],
      {
        backupSeconds: backup.seconds,
        backupBytes: statSync(backupFile(system)).size,
        restoreSeconds: restore.seconds,
        tunnelsBackMs: Math.round(backMs),
      },
    );
  } finally {
    await system.close();
  }
}

const backupFile = (system: ChaosSystem) => join(system.dir, 'backup.age');

async function createKeys(system: ChaosSystem): Promise<void> {
  const user = await system.client.call(createUser, {
    params: system.params,
    body: { email: 'keys@chaos.example' },
  });
  const dataDir = join(system.dir, 'platform');
  const [, , , port] = readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n');
  const client = new Client({
    host: '127.0.0.1',
    port: Number(port),
    user: 'portolan',
    database: 'portolan',
    password: readFileSync(join(dataDir, 'database.password'), 'utf8'),
    options: '-c portolan.workspace=*',
  });
  await client.connect();
  await client.query(
    `insert into api_keys (id, workspace_id, user_id, name, prefix, hash)
      select 'key_' || i, workspace_id, id, 'key ' || i, 'ptl', encode(sha256(i::text::bytea), 'hex')
      from users, generate_series(1, ${KEYS}) i where id = $1`,
    [user.id],
  );
  await client.end();
}

/** Creates groups until it is stopped, and remembers which were acknowledged. */
class GroupWriter {
  readonly written: string[] = [];
  #isStopped = false;
  readonly #done: Promise<void>;

  constructor(system: ChaosSystem) {
    this.#done = this.#write(system);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }

  async #write({ client, params }: ChaosSystem): Promise<void> {
    for (let number = 1; !this.#isStopped; number += 1) {
      const name = `group-${number}`;
      await client.call(createGroup, { params, body: { name } });
      this.written.push(name);
    }
  }
}

/** Runs a command of the platform's program with the backup of the system. */
async function portolan(system: ChaosSystem, command: 'backup' | 'restore'): Promise<void> {
  const passphraseFile = join(system.dir, 'passphrase');
  writeFileSync(passphraseFile, 'for this run only\n', { mode: 0o600 });
  const flags = {
    'data-dir': join(system.dir, 'platform'),
    'broker-secret-file': system.secretFile,
    'passphrase-file': passphraseFile,
    file: backupFile(system),
  };
  const argv = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(process.execPath, ['apps/platform/src/main.ts', command, ...argv], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
}

async function timed(work: () => Promise<void>): Promise<{ seconds: number }> {
  const startedAt = performance.now();
  await work();
  return { seconds: Math.round((performance.now() - startedAt) / 100) / 10 };
}

async function findAll(system: ChaosSystem, groupsBefore: readonly string[]) {
  const { client, params } = system;
  const keys = await client.call(listKeys, { params, query: { limit: 1 } });
  const names = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await client.call(listGroups, { params, query: { limit: 200, cursor } });
    for (const { name } of page.items) names.add(name);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  const { intact } = await client.call(verifyAudit, { params });
  const [broker] = system.brokers;
  const host = await system.host();
  const answer = broker && (await call(broker.edgeHttp, host, '/r/restored').catch(() => null));
  return {
    keys: keys.total,
    groupsLost: groupsBefore.filter((name) => !names.has(name)).length,
    isAuditIntact: intact,
    isServed: answer?.status === 200,
  };
}
