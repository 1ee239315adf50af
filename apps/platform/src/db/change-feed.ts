import { EventEmitter } from 'node:events';
import { Client } from 'pg';
import type { Logger } from 'pino';
import type { Database } from './database.ts';
import { CHANNEL, listChanges, parseNotification, type NumberedChange } from './changes.ts';
import { NOTICES } from './notices.ts';

type ChangeHandler = (change: NumberedChange) => void;

const RETRY_MS = 500;

/** Feed of the changes that all replicas publish. */
export interface ChangeFeed {
  /** Calls `handler` for each change of a workspace, or of all (`*`). Returns a function that unsubscribes. */
  onChange(workspace: string, handler: ChangeHandler): () => void;
  /**
   * Calls `handler` for each notice of a name that any replica sends, and whenever notices may have been missed: a caller that waits for one reads
   * again what it is about.
   */
  onNotice(name: string, handler: () => void): () => void;
  close(): Promise<void>;
}

/**
 * Opens a feed with a dedicated connection (LISTEN). A lost connection is reopened and missed changes are read from the table.
 */
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
  /** Highest delivered sequence of each workspace. */
  readonly #delivered = new Map<string, number>();
  /** Running deliveries: those of one workspace run one after the other to preserve order. */
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
    client.on('notification', ({ channel, payload = '' }) => {
      if (channel === NOTICES) {
        this.#call([`notice:${payload}`], undefined);
        return;
      }
      const { workspace, sequence } = parseNotification(payload);
      this.#schedule(workspace, sequence);
    });
    this.#client = client;
    await client.connect();
    await client.query(`listen ${CHANNEL}; listen ${NOTICES}`);
    const { rows } = await client.query<{ id: string; sequence: string }>(
      'select id, change_sequence as sequence from workspaces',
    );
    for (const { id, sequence } of rows) {
      if (this.#connected) this.#schedule(id, Number(sequence));
      else this.#delivered.set(id, Number(sequence));
    }
    const there = new Set(rows.map(({ id }) => id));
    for (const id of this.#delivered.keys()) if (!there.has(id)) this.#schedule(id, null);
    if (this.#connected) this.#call(this.#emitter.eventNames().filter(isNotice), undefined);
    this.#connected = true;
  }

  onNotice(name: string, handler: () => void): () => void {
    this.#emitter.on(`notice:${name}`, handler);
    return () => this.#emitter.off(`notice:${name}`, handler);
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

  /** Schedules a delivery up to `sequence`; null: the workspace was deleted. */
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
    let delivered = this.#delivered.get(workspace) ?? 0;
    while (sequence > delivered && !this.#closed) {
      const pending = await listChanges(this.#db, workspace, delivered);
      if (pending.length === 0) return;
      for (const change of pending) {
        delivered = change.sequence;
        this.#delivered.set(workspace, delivered);
        this.#emit(workspace, change);
      }
    }
  }

  /** Delivers the deletion of a workspace, which is not in the table: its changes are deleted with it. */
  #deliverDeletion(workspace: string): void {
    const sequence = (this.#delivered.get(workspace) ?? 0) + 1;
    this.#delivered.delete(workspace);
    const at = new Date().toISOString();
    this.#emit(workspace, {
      workspace,
      sequence,
      change: { topic: 'workspace', ids: [workspace], change: 'deleted', at },
    });
  }

  #emit(workspace: string, change: NumberedChange): void {
    this.#call([`change:${workspace}`, 'change:*'], change);
  }

  #call(names: readonly (string | symbol)[], change: NumberedChange | undefined): void {
    for (const listener of names.flatMap((name) => this.#emitter.listeners(name))) {
      try {
        listener(change);
      } catch (error) {
        this.#log.error({ event: 'changes.handler-failed', error: String(error) });
      }
    }
  }
}

function isNotice(name: string | symbol): boolean {
  return typeof name === 'string' && name.startsWith('notice:');
}
