import type { DirectoryMessage } from '@portolan/contract/broker-link';
import type { Topic } from '@portolan/contract/events';
import { brokerCredential, peerCredential } from '@portolan/process/broker-credential';
import { openProofSecret } from '../domains/open-proof-secret.ts';
import type { Platform } from '../platform.ts';
import {
  directoryChanges,
  readDirectory,
  wholeDirectory,
  type DirectoryOptions,
  type DirectorySnapshot,
} from './directory-snapshot.ts';

/** Topics whose changes can change the directory. */
const RELEVANT: ReadonlySet<Topic> = new Set([
  'apis',
  'resources',
  'clusters',
  'tunnels',
  'brokers',
  'certificates',
  'workspace',
]);
const GATHER_MS = 20;
/** Where reading the directory is slow, it takes a fifth of the time at most. */
const GATHER_FACTOR = 4;
/** A broker with more unread is disconnected and starts again from a snapshot. */
const BACKLOG_BYTES_MAX = 64 * 1024 * 1024;

interface Follower {
  readonly brokerId: string;
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  sent: DirectorySnapshot | null;
}

/** Sends the directory, its changes and single orders to the brokers connected to this replica. */
export class DirectoryStreams {
  readonly #platform: Platform;
  readonly #options: DirectoryOptions;
  readonly #followers = new Set<Follower>();
  readonly #stopListening: () => void;
  readonly #encoder = new TextEncoder();
  /** When each broker last sent a heartbeat to this replica. */
  readonly #seenAt = new Map<string, number>();
  #gathering: NodeJS.Timeout | null = null;
  #refreshing: Promise<void> | null = null;
  #isStale = false;
  #tookMs = 0;
  #isClosed = false;

  constructor(platform: Platform) {
    this.#platform = platform;
    const { db, config } = platform;
    this.#options = {
      db,
      // Browsers resolve *.localhost to loopback, where plain HTTP is a secure context already.
      redirects: !/(^|\.)localhost$/.test(config.edgeDomain),
      challengeZone: config.challengeZone,
      secret: () => openProofSecret(platform),
    };
    this.#stopListening = platform.changes.onChange('*', ({ change }) => {
      if (RELEVANT.has(change.topic)) this.invalidate();
    });
  }

  /** Ids of the brokers connected to this replica. */
  get brokerIds(): string[] {
    return [...new Set([...this.#followers].map(({ brokerId }) => brokerId))];
  }

  /** Records a heartbeat, in memory first: a slow database must not make brokers look dead. */
  recordHeartbeat(brokerId: string): void {
    this.#seenAt.set(brokerId, performance.now());
  }

  /** Returns the connected brokers whose last heartbeat is less than `ms` ago. */
  brokersSeenWithin(ms: number): string[] {
    const since = performance.now() - ms;
    return this.brokerIds.filter((id) => (this.#seenAt.get(id) ?? 0) > since);
  }

  /** Opens a broker's stream; `onEnd` is called once, when either side ended it. */
  follow(brokerId: string, onEnd: () => void): ReadableStream<Uint8Array> {
    let follower: Follower | undefined;
    const end = () => {
      if (follower && this.#followers.delete(follower)) onEnd();
    };
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          follower = { brokerId, controller, sent: null };
          this.#followers.add(follower);
          this.invalidate(0);
        },
        cancel: end,
      },
      { highWaterMark: BACKLOG_BYTES_MAX, size: (chunk) => chunk?.byteLength ?? 0 },
    );
  }

  /** Sends a message to one broker, if it is connected to this replica. */
  send(brokerId: string, message: DirectoryMessage): void {
    for (const follower of this.#followers) if (follower.brokerId === brokerId) this.#send(follower, message);
  }

  /** Has every broker close the sessions of a revoked credential. */
  revoke(credentialId: string): void {
    this.#sendAll({ type: 'revoked', credentialId });
  }

  /** Notifies brokers that the platform is there, although nothing changed. */
  sendIdle(): void {
    this.#sendAll({ type: 'idle' });
  }

  /** Has the directory read again and its changes sent, together with those that follow within `delayMs`. */
  invalidate(delayMs = Math.max(GATHER_MS, this.#tookMs * GATHER_FACTOR)): void {
    this.#isStale = true;
    if (this.#isClosed || this.#refreshing) return;
    this.#gathering ??= setTimeout(() => {
      this.#gathering = null;
      this.#refreshing = this.#refresh().finally(() => {
        this.#refreshing = null;
        if (this.#isStale) this.invalidate();
      });
    }, delayMs);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopListening();
    if (this.#gathering) clearTimeout(this.#gathering);
    await this.#refreshing;
    for (const { controller } of this.#followers) controller.close();
    this.#followers.clear();
  }

  async #refresh(): Promise<void> {
    this.#isStale = false;
    const startedAt = performance.now();
    try {
      if (this.#followers.size > 0) this.#publish(await readDirectory(this.#options));
    } catch (error) {
      this.#platform.log.error({ event: 'directory.not-read', error: String(error) });
    }
    this.#tookMs = performance.now() - startedAt;
  }

  #publish(directory: DirectorySnapshot): void {
    const approved = new Set(directory.approved);
    for (const follower of this.#followers) {
      const { sent, brokerId } = follower;
      if (!approved.has(brokerId)) {
        this.#followers.delete(follower);
        follower.controller.close();
        continue;
      }
      const messages = sent
        ? directoryChanges(sent, directory, brokerId)
        : wholeDirectory(directory, brokerId);
      follower.sent = directory;
      for (const message of messages) this.#send(follower, this.#withCredentials(message, brokerId));
    }
  }

  /** Adds to each peer the credential with which this broker dials it, and no other can. */
  #withCredentials(message: DirectoryMessage, from: string): DirectoryMessage {
    if (message.type !== 'snapshot' && message.type !== 'peers') return message;
    const peers = message.peers.map((peer) => {
      const credential = peerCredential(brokerCredential(this.#platform.brokerSecret, peer.brokerId), from);
      return { ...peer, credential };
    });
    return { ...message, peers };
  }

  #sendAll(message: DirectoryMessage): void {
    for (const follower of this.#followers) {
      if (follower.sent) this.#send(follower, message);
    }
  }

  #send({ controller }: Follower, message: DirectoryMessage): void {
    if ((controller.desiredSize ?? 0) <= 0) controller.error(new Error('the broker does not read'));
    else controller.enqueue(this.#encoder.encode(`${JSON.stringify(message)}\n`));
  }
}
