import type { AgentIdentity } from '@portolan/contract/agent';
import type { AgentCommand } from '@portolan/contract/agent-commands';
import type { Platform } from '../platform.ts';
import { listCommands, notices, type HeldCommand } from './command-store.ts';

const IDLE_MS = 5_000;

type Listener = (commands: readonly HeldCommand[]) => void;
type Parts = Pick<Platform, 'changes' | 'db' | 'log'>;

/** The commands of workspaces, read once for all agents that this replica serves. */
export class Commands {
  readonly #parts: Parts;
  readonly #followed = new Map<string, FollowedWorkspace>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Returns the commands for one agent as newline-delimited JSON without an end. */
  stream({ workspace, clusterId }: AgentIdentity): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    let sent = '';
    let idle: NodeJS.Timeout | undefined;
    let unfollow = (): void => {};
    const end = (): void => {
      clearInterval(idle);
      unfollow();
    };
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          const send = (line: string): void => {
            idle?.refresh();
            // An agent that does not read even this is cut off; it comes back.
            if ((controller.desiredSize ?? 0) > 0) return controller.enqueue(encoder.encode(`${line}\n`));
            end();
            controller.close();
          };
          idle = setInterval(() => send('{"type":"idle"}'), IDLE_MS);
          unfollow = this.#follow(workspace, (held) => {
            const line = JSON.stringify({ type: 'commands', commands: commandsFor(held, clusterId) });
            if (line === sent) return;
            sent = line;
            send(line);
          });
        },
        cancel: end,
      },
      new ByteLengthQueuingStrategy({ highWaterMark: 1024 * 1024 }),
    );
  }

  close(): void {
    for (const followed of this.#followed.values()) followed.close();
    this.#followed.clear();
  }

  #follow(workspace: string, listener: Listener): () => void {
    let followed = this.#followed.get(workspace);
    if (followed === undefined) {
      followed = new FollowedWorkspace(this.#parts, workspace);
      this.#followed.set(workspace, followed);
    }
    const { listeners } = followed;
    listeners.add(listener);
    followed.read();
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.#followed.get(workspace)?.listeners !== listeners) return;
      this.#followed.get(workspace)?.close();
      this.#followed.delete(workspace);
    };
  }
}

function commandsFor(held: readonly HeldCommand[], clusterId: string): readonly AgentCommand[] {
  return held
    .filter((one) => one.clusterId === null || one.clusterId === clusterId)
    .map(({ command }) => command);
}

/** The commands of one workspace; those whose viewers stopped reading end unannounced, so they are read regularly too. */
class FollowedWorkspace {
  readonly listeners = new Set<Listener>();
  readonly #parts: Parts;
  readonly #workspace: string;
  readonly #offNotice: () => void;
  #expiry: NodeJS.Timeout | undefined;
  #isReading = false;
  #isStale = false;
  #isClosed = false;

  constructor(parts: Parts, workspace: string) {
    this.#parts = parts;
    this.#workspace = workspace;
    this.#offNotice = parts.changes.onNotice(notices.commandsOf(workspace), () => this.read());
  }

  /** Reads again, and tells all listeners; calls while it reads make it read once more. */
  read(): void {
    this.#isStale = true;
    if (this.#isReading || this.#isClosed) return;
    this.#isReading = true;
    void this.#readWhileStale().finally(() => (this.#isReading = false));
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#expiry);
    this.#offNotice();
  }

  async #readWhileStale(): Promise<void> {
    while (this.#isStale && !this.#isClosed) {
      this.#isStale = false;
      const held = await listCommands(this.#parts.db, this.#workspace).catch((error: unknown) => {
        this.#parts.log.warn({ event: 'commands.not-read', error: String(error) });
        return null;
      });
      if (this.#isClosed) return;
      clearTimeout(this.#expiry);
      if (held === null || held.length > 0) this.#expiry = setTimeout(() => this.read(), IDLE_MS).unref();
      if (held !== null) for (const listener of this.listeners) listener(held);
    }
  }
}
