import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { Pool } from 'pg';
import type { Logger } from 'pino';

export type Database = NodePgDatabase & { readonly $client: Pool };
export type Transaction = Parameters<Parameters<NodePgDatabase['transaction']>[0]>[0];
/** Database or transaction that queries run on. */
export type Queries = Database | Transaction;

const TRANSACTION_IDLE_MS = 60_000;

/**
 * Opens a connection pool. Connections may access all workspaces (`portolan.workspace` is `*`); `enterWorkspace` restricts a
 * transaction to one.
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
  // The pool replaces broken connections; without a listener, their error would end the process. The pool listens to idle
  // connections only, so connections in a transaction get a listener here.
  pool.on('error', lost);
  pool.on('connect', (client) => client.on('error', lost));
  return drizzle(pool);
}
