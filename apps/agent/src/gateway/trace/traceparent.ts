/** The two fields of W3C Trace Context, level 1 (https://www.w3.org/TR/trace-context-1/). */

export interface TraceParent {
  /** 32 lower-case hex digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hex digits, not all zero. */
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** Version 00 has 55 characters; later versions may append fields, of which nothing is known. */
const LENGTH = 55;
const LENGTH_MAX = 512;
const FORM = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-|$)/;

/** Returns what a `traceparent` field says; null for one that is malformed, which counts as absent (§2.2, §4.3). */
export function parseTraceParent(text: string | undefined): TraceParent | null {
  if (text === undefined || text.length < LENGTH || text.length > LENGTH_MAX) return null;
  const [, version, traceId = '', spanId = '', flags = ''] = FORM.exec(text) ?? [];
  if (version === undefined || version === 'ff') return null;
  if (version === '00' && text.length !== LENGTH) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** Writes a `traceparent` field of version 00. */
export function formatTraceParent({ traceId, spanId, isSampled }: TraceParent): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

const STATE_LENGTH_MAX = 512;
const STATE_MEMBERS_MAX = 32;
/** §3.3.1.3: a key, perhaps with a tenant, and a value of printable characters without comma and equals sign. */
const MEMBER =
  /^(?:[a-z][a-z\d_\-*/]{0,255}|[a-z\d][a-z\d_\-*/]{0,240}@[a-z][a-z\d_\-*/]{0,13})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** Returns a `tracestate` field as it may be passed on; null for one that is malformed, too long or has too many members (§3.3). */
export function readTraceState(text: string | undefined): string | null {
  if (text === undefined || text === '' || text.length > STATE_LENGTH_MAX) return null;
  const members = text
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
  if (members.length === 0 || members.length > STATE_MEMBERS_MAX) return null;
  const keys = new Set(members.map((member) => member.slice(0, member.indexOf('='))));
  if (keys.size !== members.length || !members.every((member) => MEMBER.test(member))) return null;
  return members.join(',');
}
