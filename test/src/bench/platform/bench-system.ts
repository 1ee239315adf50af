import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onEmbeddedDatabase } from '../../e2e/embedded-database.ts';
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
    sql: (...statements) =>
      onEmbeddedDatabase(join(dir, 'platform'), async (client) => {
        for (const statement of statements) await client.query(statement);
      }),
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
