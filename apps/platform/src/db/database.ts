import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { Pool } from 'pg';
import type { Logger } from 'pino';

export type Database = NodePgDatabase & { readonly $client: Pool };
export type Transaction = Parameters<Parameters<NodePgDatabase['transaction']>[0]>[0];
/** What a store's queries run on. */
export type Queries = Database | Transaction;

const TRANSACTION_IDLE_MS = 60_000;

/**
 * A pool of connections that see every workspace (`portolan.workspace` is `*`); what acts for one workspace narrows its
 * transaction to it with `enterWorkspace`.
 */
export function openDatabase(url: string, log: Logger, connections = 16): Database {
  const pool = new Pool({
    connectionString: url,
    max: connections,
    options: `-c portolan.workspace=* -c idle_in_transaction_session_timeout=${TRANSACTION_IDLE_MS}`,
    application_name: 'portolan',
    connectionTimeoutMillis: 15_000,
  });
  const lost = (error: Error) => log.warn({ event: 'database.connection-lost', error: error.message });
  // A connection that breaks is replaced by the pool; without a listener it would end the process. The pool listens to
  // idle ones alone: one that breaks in a transaction, between two queries, has none unless it is given here.
  pool.on('error', lost);
  pool.on('connect', (client) => client.on('error', lost));
  return drizzle(pool);
}
