import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { npmStart, type Running } from '../../e2e/running.ts';

/** A whole system brought up by `npm start`, whose database can be filled without its knowledge. */
export interface BenchSystem {
  readonly running: Running;
  /** Runs statements as the platform's own database role. */
  sql(...statements: readonly string[]): Promise<void>;
  /** Resident memory of the platform, in megabytes. */
  rssMb(): Promise<number>;
  close(): Promise<void>;
}

export async function startBenchSystem(): Promise<BenchSystem> {
  const dir = await mkdtemp(join(tmpdir(), 'portolan-bench-'));
  const running = await npmStart(['--data-dir', dir]);
  return {
    running,
    sql: (...statements) => runSql(join(dir, 'platform'), statements),
    async rssMb() {
      const status = await readFile(`/proc/${running.ready.pids.platform}/status`, 'utf8').catch(() => '');
      return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    },
    async close() {
      await running.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function runSql(dataDir: string, statements: readonly string[]): Promise<void> {
  const password = (await readFile(join(dataDir, 'database.password'), 'utf8')).trim();
  // Fourth line of postmaster.pid: the port.
  const port = (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[3]?.trim();
  const client = new Client({
    connectionString: `postgres://portolan:${encodeURIComponent(password)}@127.0.0.1:${port ?? ''}/portolan`,
    options: '-c portolan.workspace=*',
  });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
