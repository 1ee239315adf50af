import { randomHex } from './random-id.ts';
import { parseTraceParent, readTraceState, type TraceParent } from './traceparent.ts';

/**
 * What becomes of the trace context that a request brings along. `ignore` starts a trace of the gateway's own; `accept` goes on with the
 * caller's trace but decides by itself what is sampled; `trust` follows the caller's decision too, of trusted proxies only.
 */
export const TRACE_MODES = ['ignore', 'accept', 'trust'] as const;
export type TraceMode = (typeof TRACE_MODES)[number];

export interface TraceSettings {
  readonly mode: TraceMode;
  /** Share of new traces that are recorded, 0 to 1; null where spans are not exported at all. */
  readonly sampleRatio: number | null;
}

/** The trace a request belongs to. */
export interface TraceContext {
  readonly traceId: string;
  /** Of the gateway's own span; that of the caller where the gateway records none. */
  readonly spanId: string;
  /** Of the span around the upstream's work, which servers behind the gateway get for their parent. */
  readonly upstreamSpanId: string;
  /** The caller's span; null where the trace begins here. */
  readonly parentId: string | null;
  readonly isSampled: boolean;
  readonly state: string | null;
  /** A caller's context that was not followed. */
  readonly link: TraceParent | null;
}

interface Incoming {
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  readonly isTrusted: boolean;
}

/**
 * Returns the trace of a request; null where there is none: a gateway that exports no spans begins no traces, since its sampled flag would
 * decide for the services behind it. A malformed context counts as absent.
 */
export function traceContext(incoming: Incoming, { mode, sampleRatio }: TraceSettings): TraceContext | null {
  const parent = parseTraceParent(incoming.traceparent);
  const isFollowed = parent !== null && mode !== 'ignore';
  if (sampleRatio === null) return isFollowed ? passedOn(parent, incoming) : null;
  if (!isFollowed) {
    const traceId = randomHex(16);
    return {
      traceId,
      spanId: randomHex(8),
      upstreamSpanId: randomHex(8),
      parentId: null,
      isSampled: isWithin(traceId, sampleRatio),
      state: null,
      link: parent,
    };
  }
  const { traceId } = parent;
  const isDecided = mode === 'trust' && incoming.isTrusted;
  return {
    traceId,
    spanId: randomHex(8),
    upstreamSpanId: randomHex(8),
    parentId: parent.spanId,
    isSampled: isDecided ? parent.isSampled : isWithin(traceId, sampleRatio),
    state: readTraceState(incoming.tracestate),
    link: null,
  };
}

function passedOn(parent: TraceParent, { tracestate }: Incoming): TraceContext {
  const { traceId, spanId, isSampled } = parent;
  return {
    traceId,
    spanId,
    upstreamSpanId: spanId,
    parentId: null,
    isSampled,
    state: readTraceState(tracestate),
    link: null,
  };
}

const RANDOM_PART_DIGITS = 13;
const RANDOM_PART_MAX = 16 ** RANDOM_PART_DIGITS;

/** Decides by the last 52 bits of the trace id, as OpenTelemetry's ratio samplers do: gateways agree without asking each other. */
function isWithin(traceId: string, ratio: number): boolean {
  if (ratio >= 1) return true;
  return Number.parseInt(traceId.slice(-RANDOM_PART_DIGITS), 16) < ratio * RANDOM_PART_MAX;
}

/** An id that a proxy gave the request: visible characters that are safe in logs, URLs and headers. */
const REQUEST_ID = /^[\w.:@/+=-]{1,128}$/;

/** Returns the id of a request: that of a trusted proxy, else a new one. */
export function requestIdOf(given: string | undefined, isTrusted: boolean): string {
  return isTrusted && given !== undefined && REQUEST_ID.test(given) ? given : randomHex(16);
}
