import { EventEmitter } from 'node:events';
import type { Channel } from '../yamux/channel.ts';
import { SessionError } from '../yamux/errors.ts';
import { GoAwayCode } from '../yamux/frame.ts';
import { RawStream } from '../streams/raw-stream.ts';
import { Liveness, sweepPeriodMs, type LivenessOwner } from './liveness.ts';
import { Multiplexer, type MultiplexerOwner } from '../yamux/multiplexer.ts';
import { Outflow } from './outflow.ts';
import { OpenQueue } from './open-queue.ts';
import { resolveSessionOptions, type SessionOptions } from '../yamux/session-options.ts';
import type { SessionCloseReason, SessionStats } from './session-stats.ts';
import type { TunnelStream } from '../streams/tunnel-stream.ts';
import type { Transport, TransportClose, TransportHandlers } from '../yamux/transport.ts';

export interface SessionEvents {
  newListener: [string];
  /** The peer opened a stream and nobody listens for `rawStream`. */
  stream: [TunnelStream];
  /** The peer opened a stream: the same without Node's machinery, for relays. */
  rawStream: [RawStream];
  close: [SessionCloseReason];
  /** A listener of this session or of one of its streams threw: a fault of this program, to be logged. */
  listenerError: [unknown];
  /** The peer will refuse further streams; open them on another session. */
  goAway: [number];
  /** Half of one side's stream ids are used: bring up a successor, then close this session. */
  rotate: [];
}

/** How long a peer may take to answer that it has heard of a go-away. */
const KNOWN_TIMEOUT_MS = 5_000;

const WS_NORMAL = 1000;
const WS_PROTOCOL_ERROR = 1002;
const WS_INTERNAL_ERROR = 1011;

/** One yamux session over a transport; compatible with hashicorp/yamux in both roles. */
export class Session
  extends EventEmitter<SessionEvents>
  implements MultiplexerOwner, LivenessOwner, TransportHandlers
{
  readonly role: 'client' | 'server';
  readonly remoteAddress: string | undefined;
  readonly #transport: Transport;
  readonly #options: SessionOptions;
  readonly #multiplexer: Multiplexer;
  readonly #liveness: Liveness;
  readonly #outflow: Outflow;
  readonly #openedAt = Date.now();
  #opens: OpenQueue<RawStream> | undefined;
  #pendingStreams: RawStream[] | undefined;
  #bytesIn = 0;
  #leaving: Promise<void> | undefined;
  #isRemoteLeaving = false;
  #isFailing = false;
  #closed: SessionCloseReason | undefined;
  #closing: Promise<void> | undefined;
  #whenIdle: (() => void) | undefined;
  #isTransportClosed = false;
  #whenTransportClosed: (() => void) | undefined;

  constructor(transport: Transport, options: { role: 'client' | 'server' } & Partial<SessionOptions>) {
    super();
    const { role, ...rest } = options;
    this.role = role;
    this.remoteAddress = transport.remoteAddress;
    this.#transport = transport;
    this.#options = resolveSessionOptions(rest);
    this.#multiplexer = new Multiplexer(role, this.#options, this, monotonicMs);
    this.#liveness = new Liveness(this.#options, this);
    this.#outflow = new Outflow(this.#multiplexer, transport, this.#liveness);
    transport.start(this);
    this.#liveness.start();
  }

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /** Whether either side has said go-away: nothing new should be opened here. */
  get draining(): boolean {
    return this.#leaving !== undefined || this.#isRemoteLeaving;
  }

  /** Whether the peer owes an answer: anything new is better opened elsewhere, if there is an elsewhere. */
  get isUnresponsive(): boolean {
    return this.#liveness.isUnresponsive;
  }

  /** Opens a stream that is ready to write; waits while the peer still owes too many ACKs. */
  async open(): Promise<TunnelStream> {
    return (await this.openRaw()).toDuplex();
  }

  /** As `open`, without Node's machinery. */
  async openRaw(): Promise<RawStream> {
    this.#refuseIfUnusable();
    const isFree = !this.#opens && this.#multiplexer.hasOpenSlot;
    return isFree ? new RawStream(this.#multiplexer.open()) : await this.#openInTurn();
  }

  /** Measures one round trip, in milliseconds. */
  async ping(): Promise<number> {
    if (this.#closed) throw new SessionError('closed', this.#closed.message);
    const roundTrip = this.#liveness.ping();
    this.#outflow.flush();
    return await roundTrip;
  }

  /** Tells the peer to open nothing more here; what is open finishes. Resolves once the peer knows. */
  goAway(code: number = GoAwayCode.Normal): Promise<void> {
    this.#leaving ??= this.#leave(code);
    return this.#leaving;
  }

  /** Asks the peer for a successor: it opens nothing more here, while this side goes on until it closes. */
  renew(): void {
    if (!this.#closed && !this.#leaving) this.#multiplexer.goAway(GoAwayCode.Normal);
  }

  /** Ends gracefully: go-away, streams finish (for `closeTimeoutMs` at most), the transport closes. */
  close(message = 'Closed by its owner.'): Promise<void> {
    this.#closing ??= this.#drainAndClose(message);
    return this.#closing;
  }

  /** Ends at once; the peer is told go-away 2 when there was an error. */
  destroy(error?: Error): void {
    if (this.#closed) return;
    if (error) this.#fail(new SessionError('destroyed', error.message));
    else {
      this.#finish({ code: 'destroyed', message: 'Destroyed by its owner.' });
      this.#transport.destroy();
    }
  }

  stats(): SessionStats {
    const { opened, accepted, refused, resets, windowStalls, strayFrames } = this.#multiplexer.counters;
    return {
      openedAt: this.#openedAt,
      closed: this.#closed,
      streams: this.#multiplexer.streams,
      streamsOpened: opened,
      streamsAccepted: accepted,
      streamsRefused: refused,
      bytesIn: this.#bytesIn,
      bytesOut: this.#outflow.bytes,
      rttMs: this.#liveness.rttMs,
      resets,
      windowStalls,
      strayFrames,
      unreadBytes: this.#multiplexer.unreadBytes,
    };
  }

  /** @internal */
  muxChannel(channel: Channel): void {
    this.#accept(new RawStream(channel));
  }

  /** @internal */
  muxOutput(isFull: boolean): void {
    if (isFull) this.#outflow.flush();
    else this.#outflow.schedule();
  }

  /** @internal */
  muxPong(value: number): void {
    this.#liveness.pong(value);
    this.#multiplexer.rttMs = this.#liveness.rttMinMs;
  }

  /** @internal */
  muxGoAway(code: number): void {
    this.#isRemoteLeaving = true;
    this.#opens?.rejectAll(new SessionError('go-away', 'The peer has said go-away to this session.'));
    this.emit('goAway', code);
    if (code === GoAwayCode.Normal) return;
    const what = code === GoAwayCode.Protocol ? 'a protocol error' : 'an internal error';
    this.#finish({ code: 'go-away', message: `The peer ended the session for ${what} (go-away ${code}).` });
    this.#transport.close(WS_NORMAL, 'go-away');
  }

  /** @internal */
  muxStreamsChanged(): void {
    this.#opens?.admit();
    if (this.#multiplexer.streams === 0) this.#whenIdle?.();
  }

  /** @internal */
  muxRotate(): void {
    this.emit('rotate');
  }

  /** @internal */
  muxListenerError(error: unknown): void {
    if (this.listenerCount('listenerError') > 0) this.emit('listenerError', error);
    else process.emitWarning(error instanceof Error ? error : new Error(String(error)));
  }

  /** @internal */
  muxFailure(error: SessionError): void {
    this.#fail(error);
  }

  /** @internal */
  livenessPing(value: number): void {
    this.#multiplexer.ping(value);
  }

  /** @internal */
  livenessFailure(error: SessionError): void {
    this.#fail(error);
  }

  /** @internal */
  livenessUnackedAt(): number | undefined {
    return this.#multiplexer.oldestUnackedAt;
  }

  /** @internal */
  livenessSweep(): void {
    const { streamStallTimeoutMs, streamLingerMs } = this.#options;
    const periodMs = sweepPeriodMs(this.#options);
    const sweeps = (limitMs: number) => (limitMs === 0 ? Infinity : Math.ceil(limitMs / periodMs));
    this.#multiplexer.sweep({ stalledMax: sweeps(streamStallTimeoutMs), orphanMax: sweeps(streamLingerMs) });
  }

  /** @internal */
  transportData(chunk: Buffer): boolean {
    if (this.#closed) return false;
    this.#bytesIn += chunk.length;
    this.#liveness.heard();
    try {
      return this.#multiplexer.receive(chunk);
    } catch (error) {
      // What a peer sends must never end the process.
      this.muxListenerError(error);
      this.#fail(new SessionError('internal', 'This side failed while it read the session.'));
      return true;
    }
  }

  /** @internal */
  transportDrain(): void {
    this.#outflow.flush();
  }

  /** @internal */
  transportClose({ code, message }: TransportClose): void {
    this.#finish({ code: 'transport', message: `The connection ended (${code}). ${message}`.trim() });
    this.#isTransportClosed = true;
    this.#whenTransportClosed?.();
  }

  #openInTurn(): Promise<RawStream> {
    this.#opens ??= new OpenQueue(
      () => this.#multiplexer.hasOpenSlot,
      () => new RawStream(this.#multiplexer.open()),
    );
    return this.#opens.open();
  }

  /** Streams may arrive with the peer's first bytes, before whoever awaited the session can listen: they wait. */
  #accept(stream: RawStream): void {
    if (!this.#pendingStreams && this.#deliver(stream)) return;
    this.#pendingStreams ??= this.#awaitListener();
    if (this.#pendingStreams.length < this.#options.acceptBacklog) this.#pendingStreams.push(stream);
    else stream.destroy();
  }

  #deliver(stream: RawStream): boolean {
    if (this.emit('rawStream', stream)) return true;
    return this.listenerCount('stream') > 0 && this.emit('stream', stream.toDuplex());
  }

  #awaitListener(): RawStream[] {
    const onListener = (event: string): void => {
      if (event !== 'stream' && event !== 'rawStream') return;
      this.off('newListener', onListener);
      process.nextTick(() => this.#deliverPending());
    };
    this.on('newListener', onListener);
    return [];
  }

  #deliverPending(): void {
    const early = this.#pendingStreams ?? [];
    this.#pendingStreams = undefined;
    for (const stream of early) if (!stream.isBroken) this.#accept(stream);
  }

  #refuseIfUnusable(): void {
    if (this.#closed) throw new SessionError('closed', `The session is closed: ${this.#closed.message}`);
    if (this.#isRemoteLeaving)
      throw new SessionError('go-away', 'The peer has said go-away to this session.');
    if (this.#leaving) throw new SessionError('draining', 'This session is closing.');
  }

  /**
   * What the peer opened before it heard of the go-away is still taken: each may be a request that must not be sent
   * twice. The answer to a ping sent behind it says that nothing of the kind is under way any more.
   */
  async #leave(code: number): Promise<void> {
    if (this.#closed) return;
    this.#multiplexer.goAway(code);
    this.#opens?.rejectAll(new SessionError('draining', 'This session is closing.'));
    const known = this.#liveness.ping().then(noop, noop);
    const timer = Promise.withResolvers<void>();
    const timeout = setTimeout(timer.resolve, Math.min(KNOWN_TIMEOUT_MS, this.#options.closeTimeoutMs));
    await Promise.race([known, timer.promise]);
    clearTimeout(timeout);
    this.#multiplexer.refuseStreams();
  }

  async #drainAndClose(message: string): Promise<void> {
    await this.goAway();
    if (!this.#closed && this.#multiplexer.streams > 0) {
      const idle = Promise.withResolvers<void>();
      const timer = setTimeout(idle.resolve, this.#options.closeTimeoutMs);
      this.#whenIdle = idle.resolve;
      await idle.promise;
      clearTimeout(timer);
    }
    if (!this.#closed) {
      this.#outflow.flush();
      this.#finish({ code: 'closed', message });
      this.#transport.close(WS_NORMAL, message);
    }
    if (this.#isTransportClosed) return;
    await new Promise<void>((resolve) => (this.#whenTransportClosed = resolve));
  }

  #fail(error: SessionError): void {
    if (this.#closed || this.#isFailing) return;
    this.#isFailing = true;
    const isProtocol = error.code === 'protocol';
    this.#multiplexer.goAway(isProtocol ? GoAwayCode.Protocol : GoAwayCode.Internal);
    this.#outflow.flush();
    this.#finish(error);
    this.#transport.close(isProtocol ? WS_PROTOCOL_ERROR : WS_INTERNAL_ERROR, error.code);
  }

  #finish({ code, message }: SessionCloseReason): void {
    if (this.#closed) return;
    this.#closed = { code, message };
    this.#outflow.stop();
    this.#liveness.stop(new SessionError('closed', message));
    this.#multiplexer.kill(new SessionError('closed', `The session ended: ${message}`));
    this.#opens?.rejectAll(new SessionError('closed', message));
    this.#whenIdle?.();
    try {
      this.emit('close', this.#closed);
    } catch (error) {
      this.muxListenerError(error);
    }
  }
}

function noop(): void {}

function monotonicMs(): number {
  return performance.now();
}
