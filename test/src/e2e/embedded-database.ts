import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';

/** Works on the database of a running platform, with its role and in every workspace; `dataDir` is the platform's own. */
export async function onEmbeddedDatabase<T>(
  dataDir: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const password = (await readFile(join(dataDir, 'database.password'), 'utf8')).trim();
  // Fourth line of postmaster.pid: the port.
  const port = (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[3]?.trim();
  const client = new Client({
    connectionString: `postgres://portolan:${encodeURIComponent(password)}@127.0.0.1:${port ?? ''}/portolan`,
    options: '-c portolan.workspace=*',
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
