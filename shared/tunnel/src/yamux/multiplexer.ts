import { Channel, type ChannelHost } from './channel.ts';
import { ChannelTable } from './channel-table.ts';
import { ProtocolError, SessionError, StreamResetError } from './errors.ts';
import { Fifo } from './fifo.ts';
import { FrameDecoder, type FrameSink } from './frame-decoder.ts';
import { Flag, FrameType } from './frame.ts';
import { Outbox } from './outbox.ts';
import type { SessionOptions } from './session-options.ts';
import type { Batch } from './transport.ts';

/** What the multiplexer tells its owner; all calls are synchronous. */
export interface MultiplexerOwner {
  /** The peer opened a stream: set its handler before returning. */
  muxChannel(channel: Channel): void;
  /** There is output; `isFull`: the batch has no room left, take it now if the transport can. */
  muxOutput(isFull: boolean): void;
  muxPong(value: number): void;
  muxGoAway(code: number): void;
  /** A stream was acknowledged or has ended. */
  muxStreamsChanged(): void;
  /** One side has used so many ids that the session should be replaced. Said once. */
  muxRotate(): void;
  /** A listener of a stream threw; that stream has been reset. */
  muxListenerError(error: unknown): void;
  /** The session cannot go on. */
  muxFailure(error: SessionError): void;
}

export interface MultiplexerCounters {
  opened: number;
  accepted: number;
  refused: number;
  resets: number;
  windowStalls: number;
  strayFrames: number;
}

/** Control frames that may wait behind a transport that does not move (about 0.8 MiB on the wire). */
const WAITING_CONTROL_MAX = 65_536;

const ID_MAX = 2 ** 32 - 1;

/** State machine of one session: bytes and calls in, events and batches of bytes out. Knows no socket and no timer. */
export class Multiplexer implements ChannelHost, FrameSink {
  readonly counters: MultiplexerCounters = {
    opened: 0,
    accepted: 0,
    refused: 0,
    resets: 0,
    windowStalls: 0,
    strayFrames: 0,
  };
  readonly maxBytes: number;
  readonly now: () => number;
  growthLeftBytes: number;
  /** Shortest round trip seen: a loaded one would let windows grow with their own queue. */
  rttMs = 0;
  unreadBytes = 0;

  readonly #options: SessionOptions;
  readonly #owner: MultiplexerOwner;
  readonly #decoder = new FrameDecoder(this);
  readonly #outbox = new Outbox();
  readonly #channels = new ChannelTable();
  readonly #ready = new Fifo<Channel>();
  readonly #parity: number;
  #nextId: number;
  #inbound = 0;
  #unacked = 0;
  #receiving: Channel | undefined;
  #endsAfterPayload = false;
  #isRefusing = false;
  #isRotationTold = false;
  #isDead = false;

  constructor(
    role: 'client' | 'server',
    options: SessionOptions,
    owner: MultiplexerOwner,
    now: () => number,
  ) {
    this.#parity = role === 'client' ? 1 : 0;
    this.#nextId = options.firstStreamId || (role === 'client' ? 1 : 2);
    this.#options = options;
    this.#owner = owner;
    this.now = now;
    this.maxBytes = options.windowMaxBytes;
    this.growthLeftBytes = options.windowGrowthBytes;
  }

  get streams(): number {
    return this.#channels.size;
  }

  get hasOpenSlot(): boolean {
    return this.#unacked < this.#options.acceptBacklog;
  }

  /** When the SYN was sent that waits longest for its ACK. */
  get oldestUnackedAt(): number | undefined {
    if (this.#unacked === 0) return undefined;
    const unacked = this.#channels.all().filter(({ isUnacked }) => isUnacked);
    return Math.min(...unacked.map(({ openedAt }) => openedAt));
  }

  /** Bytes that wait for the next batch or for room in it. */
  get hasOutput(): boolean {
    return !this.#outbox.isEmpty || this.#ready.length > 0;
  }

  /** Opens a stream; the caller checks `hasOpenSlot`. */
  open(): Channel {
    if (this.#nextId > ID_MAX) {
      throw new SessionError(
        'ids-exhausted',
        'This session has used all its stream ids; open a new session.',
      );
    }
    const channel = new Channel(this.#nextId, this.#options.windowStartBytes, this);
    this.#nextId += 2;
    this.counters.opened++;
    this.#channels.add(channel);
    channel.isUnacked = true;
    this.#unacked++;
    this.#control(FrameType.WindowUpdate, Flag.Syn, channel.id, channel.window.announce());
    this.#noteId(channel.id);
    return channel;
  }

  ping(value: number): void {
    this.#control(FrameType.Ping, Flag.Syn, 0, value);
  }

  /** Tells the peer to open nothing more; what is open goes on. */
  goAway(code: number): void {
    this.#control(FrameType.GoAway, 0, 0, code);
  }

  /** Answers what the peer opens from now on with RST. */
  refuseStreams(): void {
    this.#isRefusing = true;
  }

  /** Takes bytes of the peer, cut anywhere, and returns whether a part is kept; a broken protocol becomes a `failure`. */
  receive(chunk: Buffer): boolean {
    if (this.#isDead) return false;
    try {
      return this.#decoder.push(chunk);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#owner.muxFailure(new SessionError('protocol', error.message));
      return true;
    }
  }

  /** Fills the batch: waiting control frames first, then one frame per ready stream in turn. */
  pump(): void {
    this.#outbox.putWaiting();
    while (this.#outbox.dataRoom > 0) {
      const channel = this.#ready.shift();
      if (!channel) return;
      channel.isQueued = false;
      try {
        if (channel.sendPending()) this.enqueue(channel);
      } catch (error) {
        this.#listenerFailed(channel, error);
      }
    }
  }

  take(): Batch | undefined {
    return this.#outbox.take();
  }

  /** Ends every stream with `error`; nothing is sent or received afterwards. */
  kill(error: Error): void {
    this.#isDead = true;
    this.#receiving = undefined;
    for (const channel of this.#channels.all()) {
      try {
        channel.receiveReset(error);
      } catch (thrown) {
        this.#owner.muxListenerError(thrown);
      }
      channel.forget();
    }
    this.#ready.clear();
    this.#outbox.dropWaiting();
  }

  frame(type: number, flags: number, id: number, length: number): void {
    this.#receiving = undefined;
    if (this.#isDead) return;
    if (type === FrameType.Ping) this.#receivePing(flags, length);
    else if (type === FrameType.GoAway) this.#owner.muxGoAway(length);
    else this.#receiveStreamFrame(type, flags, id, length);
  }

  payload(piece: Buffer, left: number): boolean {
    const channel = this.#receiving;
    if (!channel || channel.isReset) return false;
    try {
      const isKept = channel.receiveData(piece);
      if (left === 0 && this.#endsAfterPayload) channel.receiveEnd();
      return isKept;
    } catch (error) {
      this.#listenerFailed(channel, error);
      return true;
    }
  }

  /** Is called at regular intervals, see `Channel.sweep`. */
  sweep(limits: { readonly stalledMax: number; readonly orphanMax: number }): void {
    if (this.#channels.size === 0) return;
    for (const channel of this.#channels.all()) {
      try {
        channel.sweep(limits);
      } catch (error) {
        this.#listenerFailed(channel, error);
      }
    }
  }

  hasRoomFor(bytes: number): boolean {
    return this.#ready.length === 0 && !this.#isDead && bytes <= this.#outbox.dataRoom;
  }

  send(channel: Channel, source: Buffer): number {
    if (this.#ready.length > 0) return 0;
    let taken = 0;
    while (taken < source.length) {
      const bytes = this.#copyFrame(channel, source, taken);
      if (bytes === 0) break;
      taken += bytes;
    }
    return taken;
  }

  sendFrame(channel: Channel, source: Buffer): number {
    return this.#copyFrame(channel, source, 0);
  }

  enqueue(channel: Channel): void {
    if (channel.isQueued) return;
    channel.isQueued = true;
    this.#ready.push(channel);
    this.#owner.muxOutput(false);
  }

  windowUpdate(channel: Channel, deltaBytes: number): void {
    this.#control(FrameType.WindowUpdate, 0, channel.id, deltaBytes);
  }

  fin(channel: Channel): void {
    // Never on a data frame: hashicorp handles flags before the payload, and a reader it wakes in between sees EOF.
    this.#control(FrameType.WindowUpdate, Flag.Fin, channel.id, 0);
  }

  rst(channel: Channel): void {
    this.counters.resets++;
    this.#control(FrameType.WindowUpdate, Flag.Rst, channel.id, 0);
  }

  stalled(_channel: Channel): void {
    this.counters.windowStalls++;
  }

  consumed(channel: Channel, bytes: number): void {
    this.unreadBytes -= bytes;
    if (!channel.isFinished || !this.#channels.remove(channel)) return;
    channel.window.release();
    if (channel.id % 2 !== this.#parity) this.#inbound--;
    if (channel.isUnacked) this.#unacked--;
    this.#owner.muxStreamsChanged();
  }

  #copyFrame(channel: Channel, source: Buffer, at: number): number {
    const want = Math.min(source.length - at, channel.sendWindowBytes - at, this.#options.turnBytesMax);
    if (want <= 0 || this.#isDead) return 0;
    if (this.#outbox.dataRoom === 0) this.#owner.muxOutput(true);
    const bytes = Math.min(want, this.#outbox.dataRoom);
    if (bytes === 0) return 0;
    this.#outbox.data(channel.id, source, at, bytes);
    this.#owner.muxOutput(this.#outbox.dataRoom === 0);
    return bytes;
  }

  #control(type: number, flags: number, id: number, length: number): void {
    if (this.#isDead) return;
    this.#outbox.control({ type, flags, id, length });
    if (this.#outbox.waitingFrames > WAITING_CONTROL_MAX) {
      const message = 'The peer keeps sending but does not read what it is answered.';
      this.#owner.muxFailure(new SessionError('peer-not-reading', message));
    } else this.#owner.muxOutput(false);
  }

  #receivePing(flags: number, value: number): void {
    if (flags & Flag.Syn) this.#control(FrameType.Ping, Flag.Ack, 0, value);
    else this.#owner.muxPong(value);
  }

  #receiveStreamFrame(type: number, flags: number, id: number, length: number): void {
    if (flags & Flag.Syn && !this.#accept(id, flags)) return;
    const channel = this.#channels.get(id);
    if (!channel) {
      // Frames that crossed our RST, or that follow a stream both sides have closed: legal and of no use.
      this.counters.strayFrames++;
      return;
    }
    this.#settle(channel);
    try {
      this.#applyFrame(channel, { type, flags, length });
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      this.#listenerFailed(channel, error);
    }
  }

  #applyFrame(
    channel: Channel,
    { type, flags, length }: { readonly type: number; readonly flags: number; readonly length: number },
  ): void {
    if (flags & Flag.Rst) {
      this.counters.resets++;
      channel.receiveReset(new StreamResetError('The peer reset the stream.'));
    } else if (type === FrameType.WindowUpdate) {
      if (length > 0) channel.grant(length);
      if (flags & Flag.Fin) channel.receiveEnd();
    } else this.#receiveData(channel, flags, length);
  }

  /** One listener's fault ends its stream, not the session with everything else in it. */
  #listenerFailed(channel: Channel, error: unknown): void {
    this.#owner.muxListenerError(error);
    try {
      channel.abort(new StreamResetError('Reset: its listener failed.'));
    } catch (thrown) {
      this.#owner.muxListenerError(thrown);
    }
  }

  #receiveData(channel: Channel, flags: number, length: number): void {
    if (length === 0) {
      if (flags & Flag.Fin) channel.receiveEnd();
      return;
    }
    if (channel.isRemoteEnded) {
      channel.abort(new StreamResetError('The peer sent data behind its FIN.'));
      return;
    }
    if (!channel.window.receive(length)) {
      throw new ProtocolError(
        `Stream ${channel.id}: ${length} bytes sent into a window of ${channel.window.availableBytes}.`,
      );
    }
    this.unreadBytes += length;
    this.#receiving = channel;
    this.#endsAfterPayload = (flags & Flag.Fin) !== 0;
    if (this.unreadBytes > this.#options.unreadBytesMax) this.#resetSlowestReader();
  }

  /** Admits a stream of the peer, or answers RST; false if it is not to be handled further. */
  #accept(id: number, flags: number): boolean {
    if (id === 0 || id % 2 === this.#parity) {
      throw new ProtocolError(`Stream ${id} opened by the wrong side.`);
    }
    if (this.#channels.get(id)) throw new ProtocolError(`Stream ${id} opened twice.`);
    if (flags & Flag.Rst) return false;
    if (this.#isRefusing || this.#inbound >= this.#options.streamsMax) {
      this.counters.refused++;
      this.#control(FrameType.WindowUpdate, Flag.Rst, id, 0);
      return false;
    }
    const channel = new Channel(id, this.#options.windowStartBytes, this);
    this.#channels.add(channel);
    this.#inbound++;
    this.counters.accepted++;
    // At once, not when the application gets to it, and exactly once: hashicorp counts ACKs against its backlog.
    this.#control(FrameType.WindowUpdate, Flag.Ack, id, channel.window.announce());
    this.#noteId(id);
    try {
      this.#owner.muxChannel(channel);
    } catch (error) {
      this.#listenerFailed(channel, error);
    }
    return true;
  }

  #noteId(id: number): void {
    if (this.#isRotationTold || id < this.#options.rotateAtId) return;
    this.#isRotationTold = true;
    this.#owner.muxRotate();
  }

  #settle(channel: Channel): void {
    if (!channel.isUnacked) return;
    channel.isUnacked = false;
    this.#unacked--;
    this.#owner.muxStreamsChanged();
  }

  #resetSlowestReader(): void {
    let slowest: Channel | undefined;
    for (const channel of this.#channels.all()) {
      if (!slowest || channel.window.unreadBytes > slowest.window.unreadBytes) slowest = channel;
    }
    slowest?.abort(new StreamResetError('Reset: its reader left more unread than the session may hold.'));
  }
}
