import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Creates an empty, migrated database. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = new URL(inject('templateUrl'));
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onMaintenance(template, `create database ${name} template template`);
  const url = new URL(template);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onMaintenance(template, `drop database ${name} with (force)`) };
}

async function onMaintenance(template: URL, statement: string): Promise<void> {
  const url = new URL(template);
  url.pathname = '/portolan';
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
