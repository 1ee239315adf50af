import { EventEmitter } from 'node:events';
import { Client } from 'pg';
import type { Logger } from 'pino';
import type { Database } from './database.ts';
import { CHANNEL, listChanges, parseNotification, type NumberedChange } from './changes.ts';

type ChangeHandler = (change: NumberedChange) => void;

const RETRY_MS = 500;

/** Hears of every change that any replica publishes, and tells those in this process who asked. */
export interface ChangeFeed {
  /** Calls `handler` for each change of a workspace, or of all (`*`); answers how to stop that. */
  onChange(workspace: string, handler: ChangeHandler): () => void;
  close(): Promise<void>;
}

/** Starts listening on a connection of its own; a lost connection is made again and what was missed is read. */
export async function openChangeFeed(url: string, db: Database, log: Logger): Promise<ChangeFeed> {
  const feed = new ListeningFeed(url, db, log);
  await feed.connect();
  return feed;
}

class ListeningFeed implements ChangeFeed {
  readonly #url: string;
  readonly #db: Database;
  readonly #log: Logger;
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  /** Highest sequence told, by workspace. */
  readonly #told = new Map<string, number>();
  /** Deliveries of a workspace happen one after the other, so that order is kept. */
  readonly #deliveries = new Map<string, Promise<void>>();
  #client: Client | undefined;
  #retry: NodeJS.Timeout | undefined;
  #connected = false;
  #closed = false;

  constructor(url: string, db: Database, log: Logger) {
    this.#url = url;
    this.#db = db;
    this.#log = log;
  }

  async connect(): Promise<void> {
    const client = new Client({
      connectionString: this.#url,
      options: '-c portolan.workspace=*',
      keepAlive: true,
    });
    client.on('error', (error) => this.#log.warn({ event: 'changes.connection-lost', error: error.message }));
    client.on('end', () => this.#reconnect());
    client.on('notification', ({ payload = '' }) => {
      const { workspace, sequence } = parseNotification(payload);
      this.#schedule(workspace, sequence);
    });
    this.#client = client;
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    const { rows } = await client.query<{ id: string; sequence: string }>(
      'select id, change_sequence as sequence from workspaces',
    );
    for (const { id, sequence } of rows) {
      if (this.#connected) this.#schedule(id, Number(sequence));
      else this.#told.set(id, Number(sequence));
    }
    const there = new Set(rows.map(({ id }) => id));
    for (const id of this.#told.keys()) if (!there.has(id)) this.#schedule(id, null);
    this.#connected = true;
  }

  onChange(workspace: string, handler: ChangeHandler): () => void {
    const name = `change:${workspace}`;
    this.#emitter.on(name, handler);
    return () => this.#emitter.off(name, handler);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#client?.end();
    await Promise.all(this.#deliveries.values());
  }

  #reconnect(): void {
    if (this.#closed) return;
    this.#retry = setTimeout(() => {
      this.connect().catch(() => undefined); // its `end` schedules the next attempt
    }, RETRY_MS);
  }

  /** `sequence`: the newest one; null when the workspace was deleted. */
  #schedule(workspace: string, sequence: number | null): void {
    const before = this.#deliveries.get(workspace) ?? Promise.resolve();
    const delivery = before
      .then(() => (sequence === null ? this.#deliverDeletion(workspace) : this.#deliver(workspace, sequence)))
      .catch((error: unknown) =>
        this.#log.error({ event: 'changes.undelivered', workspace, error: String(error) }),
      )
      .finally(() => {
        if (this.#deliveries.get(workspace) === delivery) this.#deliveries.delete(workspace);
      });
    this.#deliveries.set(workspace, delivery);
  }

  async #deliver(workspace: string, sequence: number): Promise<void> {
    let told = this.#told.get(workspace) ?? 0;
    while (sequence > told && !this.#closed) {
      const news = await listChanges(this.#db, workspace, told);
      if (news.length === 0) return;
      for (const change of news) {
        told = change.sequence;
        this.#told.set(workspace, told);
        this.#tell(workspace, change);
      }
    }
  }

  /** The rows of its changes went with the workspace: the deletion itself is never among them. */
  #deliverDeletion(workspace: string): void {
    const sequence = (this.#told.get(workspace) ?? 0) + 1;
    this.#told.delete(workspace);
    const at = new Date().toISOString();
    this.#tell(workspace, {
      workspace,
      sequence,
      change: { topic: 'workspace', ids: [workspace], change: 'deleted', at },
    });
  }

  #tell(workspace: string, change: NumberedChange): void {
    const listeners = [`change:${workspace}`, 'change:*'].flatMap((name) => this.#emitter.listeners(name));
    for (const listener of listeners) {
      try {
        listener(change);
      } catch (error) {
        this.#log.error({ event: 'changes.handler-failed', error: String(error) });
      }
    }
  }
}
