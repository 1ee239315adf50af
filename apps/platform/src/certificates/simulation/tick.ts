import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { openDatabase, type Database } from '../../db/database.ts';
import { migrateDatabase } from '../../db/migrate.ts';
import { openPostgres } from '../../postgres/connection.ts';
import { planCertificates, takeDue } from '../orders/order-store.ts';
import { addDomains, analyzeTables, makeSomeDue } from './tick-store.ts';

const ROUNDS = 30;
/** Certificates that are due at each tick. */
const DUE = 20;

interface TickReport {
  readonly domains: number;
  /** Milliseconds: rows that domains ask for are made and deleted, and due ones taken. */
  readonly medianMs: number;
  readonly maxMs: number;
}

/** Measures a tick of the scheduler on a PostgreSQL server with this many verified domains and their certificates. */
export async function measureTick(domains: number): Promise<TickReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'portolan-tick-'));
  const log = pino({ level: 'silent' });
  const server = await openPostgres(undefined, { dataDir, log });
  try {
    await migrateDatabase(server.url);
    const db = openDatabase(server.url, log);
    try {
      await addDomains(db, domains);
      await planCertificates(db);
      await analyzeTables(db);
      const tookMs: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        tookMs.push(await tick(db));
      }
      tookMs.sort((a, b) => a - b);
      const rounded = (ms: number | undefined) => Number((ms ?? 0).toFixed(1));
      return { domains, medianMs: rounded(tookMs[ROUNDS / 2]), maxMs: rounded(tookMs.at(-1)) };
    } finally {
      await db.$client.end();
    }
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function tick(db: Database): Promise<number> {
  await makeSomeDue(db, DUE);
  const startedAt = performance.now();
  await planCertificates(db);
  const taken = await takeDue(db, 'bench', DUE);
  const tookMs = performance.now() - startedAt;
  if (taken.length !== DUE) throw new Error(`${taken.length} certificates were taken instead of ${DUE}`);
  return tookMs;
}
