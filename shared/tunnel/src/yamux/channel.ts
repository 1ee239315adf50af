import { StreamResetError } from './errors.ts';
import { INITIAL_WINDOW_BYTES } from './frame.ts';
import { ReceiveWindow, type WindowBudget } from './receive-window.ts';

/** Reads and writes a channel. Called synchronously, in wire order. */
export interface ChannelHandler {
  /**
   * Receives bytes of the peer; `channel.consume(n)` follows once they are really consumed. Returns whether the piece
   * is still needed after the call: if not, its memory is freed at once.
   */
  channelData(piece: Buffer): boolean;
  /** The peer will send nothing more. */
  channelEnd(): void;
  /** Everything written so far has left; more may be written. */
  channelDrain(): void;
  /** The peer takes nothing more, but has ended its own half: what it sent is all and is still to be read. */
  channelStopped(error: Error): void;
  /** Nothing more will come or go. */
  channelReset(error: Error): void;
}

/** What a channel needs of its multiplexer. */
export interface ChannelHost extends WindowBudget {
  /** Whether that many bytes of payload fit the outgoing batch and nobody waits for a turn. */
  hasRoomFor(bytes: number): boolean;
  /** Copies payload into the outgoing batch unless others wait for their turn; returns how much was taken now. */
  send(channel: Channel, source: Buffer): number;
  /** Copies at most one frame of payload: the channel's turn has come. */
  sendFrame(channel: Channel, source: Buffer): number;
  /** Queues the channel for its turn: it has pending bytes and window. */
  enqueue(channel: Channel): void;
  windowUpdate(channel: Channel, deltaBytes: number): void;
  fin(channel: Channel): void;
  rst(channel: Channel): void;
  /** Unread bytes are gone (0: only the state changed); forgets the channel once it is finished. */
  consumed(channel: Channel, bytes: number): void;
  stalled(channel: Channel): void;
}

const WINDOW_BYTES_MAX = 0xffffffff;

type Half = 'open' | 'ending' | 'ended';

/**
 * What happens to a channel without an owner once its FIN has left: `lingering` waits for the peer's FIN, as TCP does
 * in FIN-WAIT-2; `leaving` sends RST.
 */
type Orphan = 'lingering' | 'leaving';

/** One stream's state machine: no I/O, no buffering of what it receives. */
export class Channel {
  readonly id: number;
  readonly window: ReceiveWindow;
  readonly openedAt: number;
  handler: ChannelHandler | undefined;
  /** Whether it is in the multiplexer's queue of channels with something to send. */
  isQueued = false;
  /** The next of those that share a slot of the multiplexer's table. */
  nextInSlot: Channel | undefined;
  /** Whether its SYN still waits for the peer's ACK. */
  isUnacked = false;
  readonly #host: ChannelHost;
  #sendWindowBytes = INITIAL_WINDOW_BYTES;
  #pending: Buffer[] | undefined;
  #pendingBytes = 0;
  #local: Half = 'open';
  #isRemoteEnded = false;
  #isReset = false;
  #orphan: Orphan | undefined;
  #idleSweeps = 0;

  constructor(id: number, windowBytes: number, host: ChannelHost) {
    this.id = id;
    this.#host = host;
    this.window = new ReceiveWindow(windowBytes, host);
    this.openedAt = host.now();
  }

  get sendWindowBytes(): number {
    return this.#sendWindowBytes;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  get isReset(): boolean {
    return this.#isReset;
  }

  get isRemoteEnded(): boolean {
    return this.#isRemoteEnded;
  }

  /** Both FINs have passed and nothing is left to read: the id may be forgotten. */
  get isFinished(): boolean {
    return this.#isReset || (this.#local === 'ended' && this.#isRemoteEnded && this.window.unreadBytes === 0);
  }

  /** Whether `write` would let all of `bytes` bytes leave at once. */
  canTake(bytes: number): boolean {
    const isFree = this.#pendingBytes === 0 && this.#local === 'open' && !this.#isReset;
    return isFree && bytes <= this.#sendWindowBytes && this.#host.hasRoomFor(bytes);
  }

  /** Sends bytes or holds them; true if all have left, else `channelDrain` follows. */
  write(bytes: Buffer): boolean {
    if (this.#isReset || this.#local !== 'open') return true;
    const isFirst = this.#pendingBytes === 0;
    const taken = isFirst ? this.#host.send(this, bytes) : 0;
    this.#sendWindowBytes -= taken;
    if (taken === bytes.length) return true;
    this.#pending ??= [];
    this.#pending.push(taken === 0 ? bytes : bytes.subarray(taken));
    this.#pendingBytes += bytes.length - taken;
    if (isFirst) this.#waitForTurn();
    return false;
  }

  /** Half-closes: FIN follows whatever is still pending. Repeated calls do nothing (a second FIN kills hashicorp's session). */
  end(): void {
    if (this.#isReset || this.#local !== 'open') return;
    this.#local = 'ending';
    if (this.#pendingBytes === 0) this.#sendFin();
  }

  /**
   * Ends the stream for an owner that reads no more. A half that was ended with `end` is still delivered, FIN included;
   * then RST follows unless the peer has ended too. A half that was not ended is cut off by RST at once.
   */
  abandon(): void {
    if (this.#isReset) return;
    if (this.#local === 'ending') return this.#orphanAs('leaving');
    const isOver = this.#local === 'ended' && this.#isRemoteEnded;
    this.handler = undefined;
    this.#close();
    if (!isOver) this.#host.rst(this);
  }

  /** As `abandon`, but leaves the peer the time to end its half by itself: it gets RST when it goes on sending. */
  close(): void {
    if (this.#local === 'open') this.abandon();
    else if (!this.#isReset) this.#orphanAs('lingering');
  }

  /** Ends the stream at once for a reason that its reader must see. */
  abort(error: Error): void {
    if (this.#isReset) return;
    const { handler } = this;
    this.abandon();
    handler?.channelReset(error);
  }

  /** The reader took `bytes` bytes: credits the peer when that is worth a frame. */
  consume(bytes: number): void {
    if (this.#isReset || this.#orphan || bytes === 0) return;
    const delta = this.window.consume(bytes);
    if (delta > 0 && !this.#isRemoteEnded) this.#host.windowUpdate(this, delta);
    this.#host.consumed(this, bytes);
  }

  /** The peer granted more window. */
  grant(bytes: number): void {
    const wasEmpty = this.#sendWindowBytes === 0;
    this.#idleSweeps = 0;
    this.#sendWindowBytes = Math.min(WINDOW_BYTES_MAX, this.#sendWindowBytes + bytes);
    if (wasEmpty && this.#pendingBytes > 0) this.#waitForTurn();
  }

  /** Sends pending bytes for one turn; true if the channel wants another turn. */
  sendPending(): boolean {
    const pending = this.#pending;
    const head = pending?.[0];
    if (!pending || !head) return false;
    const taken = this.#host.sendFrame(this, head);
    this.#sendWindowBytes -= taken;
    this.#pendingBytes -= taken;
    if (taken === head.length) pending.shift();
    else if (taken > 0) pending[0] = head.subarray(taken);
    if (this.#pendingBytes === 0) this.#drained();
    else if (this.#sendWindowBytes === 0) this.#host.stalled(this);
    return this.#pendingBytes > 0 && this.#sendWindowBytes > 0;
  }

  /** Takes payload of the peer; returns whether the piece is still needed. */
  receiveData(piece: Buffer): boolean {
    if (this.handler) return this.handler.channelData(piece);
    this.#dropUnread();
    // RST tells a peer that goes on sending that nobody reads; before the FIN it would cost the peer what is pending.
    if (this.#local === 'ended') this.abandon();
    else this.#orphan = 'leaving';
    return false;
  }

  receiveEnd(): void {
    if (this.#isRemoteEnded || this.#isReset) return;
    this.#isRemoteEnded = true;
    this.handler?.channelEnd();
    this.#host.consumed(this, 0);
  }

  /** Ends without a frame to the peer: it sent RST, or the session is gone. */
  receiveReset(error: Error): void {
    if (this.#isReset) return;
    const { handler } = this;
    if (handler && this.#isRemoteEnded) {
      this.#dropPending();
      this.#local = 'ended';
      handler.channelStopped(error);
      this.#host.consumed(this, 0);
    } else {
      this.#close();
      handler?.channelReset(error);
    }
  }

  /** Ends what `receiveReset` has left: the session keeps no account of the stream any more. */
  forget(): void {
    if (!this.#isReset) this.#close();
  }

  /**
   * Is called at regular intervals. Resets a stream whose peer has granted no window for `stalledMax` of them while
   * bytes wait, and one without an owner after `orphanMax`.
   */
  sweep(limits: { readonly stalledMax: number; readonly orphanMax: number }): void {
    const isStalled = this.#pendingBytes > 0 && this.#sendWindowBytes === 0;
    if (!isStalled && !this.#orphan) return;
    this.#idleSweeps += 1;
    if (this.#idleSweeps < (this.#orphan ? limits.orphanMax : limits.stalledMax)) return;
    const { handler } = this;
    this.#close();
    this.#host.rst(this);
    handler?.channelReset(new StreamResetError('Reset: the peer has read nothing for too long.'));
  }

  #waitForTurn(): void {
    if (this.#sendWindowBytes > 0) this.#host.enqueue(this);
    else this.#host.stalled(this);
  }

  #drained(): void {
    if (this.#local === 'ending') this.#sendFin();
    this.handler?.channelDrain();
  }

  #sendFin(): void {
    this.#local = 'ended';
    this.#host.fin(this);
    if (this.#orphan === 'leaving') this.abandon();
    else this.#host.consumed(this, 0);
  }

  #orphanAs(orphan: Orphan): void {
    this.handler = undefined;
    this.#orphan = orphan;
    this.#idleSweeps = 0;
    this.#dropUnread();
  }

  #dropUnread(): void {
    const bytes = this.window.unreadBytes;
    this.window.unreadBytes = 0;
    this.#host.consumed(this, bytes);
  }

  #dropPending(): void {
    this.#pending = undefined;
    this.#pendingBytes = 0;
  }

  #close(): void {
    this.#isReset = true;
    this.#dropPending();
    this.#host.consumed(this, this.window.unreadBytes);
  }
}
