/** Load of many agents on an embedded PostgreSQL, for `npm run bench -- analytics`. Prints its figures as JSON. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@portolan/process/logger';
import { openDatabase } from '../../db/database.ts';
import { migrateDatabase } from '../../db/migrate.ts';
import { openPostgres } from '../../postgres/connection.ts';
import { maintainPartitions } from '../partition-store.ts';
import { createFleet } from './fleet.ts';
import { measureIngest } from './ingest.ts';
import { measureQueries } from './queries.ts';

const dataDir = await mkdtemp(join(tmpdir(), 'portolan-telemetry-'));
const log = createLogger({ app: 'platform', level: 'warn' });
const server = await openPostgres(undefined, { dataDir, log });
try {
  await migrateDatabase(server.url);
  const db = openDatabase(server.url, log);
  try {
    await maintainPartitions(db);
    const fleet = await createFleet(db);
    const ingest = await measureIngest(db, fleet, join(dataDir, 'postgres'));
    const queries = await measureQueries(db);
    process.stdout.write(`${JSON.stringify({ ...ingest, ...queries })}\n`);
  } finally {
    await db.$client.end();
  }
} finally {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}
