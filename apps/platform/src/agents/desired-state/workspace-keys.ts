import type { ApiKeyRecord } from '@portolan/contract/desired-state';
import type { ChangeEvent, Topic } from '@portolan/contract/events';
import type { ChangeFeed } from '../../db/change-feed.ts';
import type { KeySource } from './key-record-store.ts';
import { KeyTable, type KeyPatch } from './key-table.ts';

/** Read at a time: other work goes on in between. */
const PAGE = 5_000;

/** However well changes are told of: nothing is believed for longer than this. */
const DOUBT_MS = 30 * 60_000;

/** Topics whose changes can mean other keys. A group's name and members are told of as changes of its users. */
const RELEVANT: ReadonlySet<Topic> = new Set(['keys', 'users', 'providers']);

export function namesKeys({ topic }: ChangeEvent): boolean {
  return RELEVANT.has(topic);
}

/** What is not known to be current. */
interface Doubts {
  all: boolean;
  readonly keys: Set<string>;
  readonly users: Set<string>;
}

/** The keys of a workspace, read once and from then on only where a change says that something is different. */
export class WorkspaceKeys {
  readonly #source: KeySource;
  readonly #workspace: string;
  readonly #stopListening: () => void;
  readonly #regularly: NodeJS.Timeout;
  readonly #table = new KeyTable();
  #doubts: Doubts = { all: true, keys: new Set(), users: new Set() };
  #reading: Promise<void> = Promise.resolve();

  constructor(
    { keys, changes }: { readonly keys: KeySource; readonly changes: ChangeFeed },
    workspace: string,
  ) {
    this.#source = keys;
    this.#workspace = workspace;
    this.#stopListening = changes.onChange(workspace, ({ change }) => this.#note(change));
    this.#regularly = setInterval(() => {
      this.#doubts.all = true;
    }, DOUBT_MS);
    this.#regularly.unref();
  }

  close(): void {
    this.#stopListening();
    clearInterval(this.#regularly);
  }

  get version(): number {
    return this.#table.version;
  }

  get digest(): string {
    return this.#table.digest;
  }

  all(): ApiKeyRecord[] {
    return this.#table.all();
  }

  patchSince(version: number): KeyPatch | null {
    return this.#table.patchSince(version);
  }

  /** What a change names is read again when next asked for. */
  #note(event: ChangeEvent): void {
    if (!namesKeys(event)) return;
    const { topic, change, ids } = event;
    if (topic === 'providers' || change === 'many') this.#doubts.all = true;
    else for (const id of ids) this.#doubts[topic === 'keys' ? 'keys' : 'users'].add(id);
  }

  /** Brings the table up to what the database holds now; those who ask at the same time share the work. */
  catchUp(): Promise<void> {
    this.#reading = this.#reading.catch(() => undefined).then(() => this.#settle());
    return this.#reading;
  }

  async #settle(): Promise<void> {
    const doubts = this.#doubts;
    if (!doubts.all && doubts.keys.size === 0 && doubts.users.size === 0) return;
    this.#doubts = { all: false, keys: new Set(), users: new Set() };
    try {
      if (doubts.all) await this.#readAll();
      else await this.#readSome(doubts);
    } catch (error) {
      this.#doubts.all = true;
      throw error;
    }
  }

  async #readSome({ keys, users }: Doubts): Promise<void> {
    const [workspace, ids] = [this.#workspace, [...keys]];
    const found = ids.length === 0 ? [] : await this.#source.byId(workspace, ids);
    const there = new Set(found.map(({ id }) => id));
    for (const id of ids) if (!there.has(id)) this.#table.delete(id);
    const theirs = users.size === 0 ? [] : await this.#source.ofUsers(workspace, [...users]);
    for (const record of [...found, ...theirs]) this.#table.set(record);
  }

  async #readAll(): Promise<void> {
    const gone = new Set(this.#table.ids());
    for (let after = ''; ;) {
      const records = await this.#source.page(this.#workspace, after, PAGE);
      for (const record of records) {
        gone.delete(record.id);
        this.#table.set(record);
      }
      const last = records.at(-1);
      if (!last || records.length < PAGE) break;
      after = last.id;
    }
    for (const id of gone) this.#table.delete(id);
  }
}
