import { parseDurationNanos } from './go-duration.ts';

// k8s.io/kube-openapi/pkg/validation/strfmt, for the formats of texts that our CRDs have.
const FORMATS: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['date-time', isDateTime],
  ['duration', (text: string) => parseDurationNanos(text) !== null],
]);
const TIME = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|[+-][0-9]{2}:[0-9]{2})$/u;

/** Whether this is a format of texts that is checked. */
export function isKnownFormat(format: string): boolean {
  return FORMATS.has(format);
}

/** Whether a text has a format; formats that are not checked take any. */
export function hasFormat(text: string, format: string): boolean {
  return FORMATS.get(format)?.(text) ?? true;
}

// RFC 3339 §5.6, less strict in what separates fractions and in offsets, as there.
function isDateTime(text: string): boolean {
  const [date = '', time = ''] = text.toLowerCase().split('t');
  const match = TIME.exec(time);
  if (match === null || !isDate(date)) return false;
  const [, hour = '', minute = '', second = ''] = match;
  return hour <= '23' && minute <= '59' && second <= '59';
}

function isDate(text: string): boolean {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  // JavaScript carries the 30th of February over into March.
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
