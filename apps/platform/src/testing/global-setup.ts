import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { migrateDatabase } from '../db/migrate.ts';
import { openPostgres } from '../postgres/connection.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Database with the migrated schema that tests copy. */
    readonly templateUrl: string;
  }
}

/**
 * Starts one PostgreSQL server for the whole run; each test file copies the migrated template database.
 * `PORTOLAN_TEST_DATABASE_URL` selects another server, whose role must be allowed to create databases.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'portolan-test-'));
  const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '200' };
  const server = await openPostgres(process.env['PORTOLAN_TEST_DATABASE_URL'], {
    dataDir,
    log: pino({ level: 'silent' }),
    settings,
  });
  const template = new URL(server.url);
  template.pathname = '/template';
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query('drop database if exists template');
  await client.query('create database template');
  await client.end();
  await migrateDatabase(template.href);
  project.provide('templateUrl', template.href);
  return async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
