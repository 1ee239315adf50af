import { INITIAL_WINDOW_BYTES } from './frame.ts';

export interface SessionOptions {
  /** Interval of keep-alive pings; 0 sends none (the watchdog stays). */
  readonly keepAliveMs: number;
  /** A session from which no byte came for this long is dead, whatever TCP says. */
  readonly silenceTimeoutMs: number;
  /** A session that could not send a byte for this long is dead: its peer's reads would hang forever. */
  readonly writeTimeoutMs: number;
  /** How long a peer may leave a SYN without ACK. */
  readonly openTimeoutMs: number;
  /** How long `close()` waits for streams to finish. */
  readonly closeTimeoutMs: number;
  /** A stream with bytes to send whose peer grants no window for this long is reset; 0: never. */
  readonly streamStallTimeoutMs: number;
  /** How long a stream that was ended and destroyed waits for its peer's FIN before it sends RST. */
  readonly streamLingerMs: number;
  /** Receive window streams start with; at least yamux's 256 KiB. */
  readonly windowStartBytes: number;
  /** Size a stream's receive window may grow to. */
  readonly windowMaxBytes: number;
  /** Growth of all windows of the session together. */
  readonly windowGrowthBytes: number;
  /** Received and unread bytes of all streams together; beyond it the stream that holds most is reset. */
  readonly unreadBytesMax: number;
  /** Most bytes of one stream that leave before others have their turn. */
  readonly turnBytesMax: number;
  /** Own opens that may wait for their ACK: hashicorp's AcceptBacklog, beyond which it answers RST. */
  readonly acceptBacklog: number;
  /** Streams the peer may have open at once; further ones are answered with RST. */
  readonly streamsMax: number;
  /** A stream id from which on, whoever used it, the owner is asked for a successor: ids are 32 bits in steps of two. */
  readonly rotateAtId: number;
  /** First stream id to use (its parity belongs to the role); for tests of id exhaustion. */
  readonly firstStreamId: number;
}

const DEFAULTS: SessionOptions = {
  keepAliveMs: 5_000,
  silenceTimeoutMs: 15_000,
  writeTimeoutMs: 30_000,
  openTimeoutMs: 75_000,
  closeTimeoutMs: 30_000,
  streamStallTimeoutMs: 300_000,
  streamLingerMs: 60_000,
  windowStartBytes: INITIAL_WINDOW_BYTES,
  windowMaxBytes: 16 * 1024 * 1024,
  windowGrowthBytes: 64 * 1024 * 1024,
  unreadBytesMax: 256 * 1024 * 1024,
  turnBytesMax: 64 * 1024,
  acceptBacklog: 256,
  streamsMax: 16_384,
  rotateAtId: 2 ** 31,
  firstStreamId: 0,
};

/** Fills in the defaults and refuses values that would break the protocol. */
export function resolveSessionOptions(options: Partial<SessionOptions>): SessionOptions {
  // Sessions without wishes of their own share one object: there may be thousands.
  if (Object.keys(options).length === 0) return DEFAULTS;
  const resolved = { ...DEFAULTS, ...options };
  for (const [name, value] of Object.entries(resolved)) {
    if (typeof value === 'number' && !(value >= 0)) {
      throw new RangeError(`Session option ${name} is ${value}; it must be a number of 0 or more.`);
    }
  }
  if (resolved.windowStartBytes < INITIAL_WINDOW_BYTES) {
    throw new RangeError(
      'Session option windowStartBytes is below 262144, the window every yamux stream has.',
    );
  }
  if (resolved.turnBytesMax < 1 || resolved.acceptBacklog < 1) {
    throw new RangeError('Session options turnBytesMax and acceptBacklog must be at least 1.');
  }
  return { ...resolved, windowMaxBytes: Math.max(resolved.windowMaxBytes, resolved.windowStartBytes) };
}
