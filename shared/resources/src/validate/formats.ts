import { isIP, isIPv4, isIPv6 } from 'node:net';
import { parseDurationNanos } from './go-duration.ts';

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': isDateTime,
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && isDateTime(`${text}T00:00:00Z`),
  duration: (text) => parseDurationNanos(text) !== null,
  byte: (text) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text),
  uri: (text) => URL.canParse(text),
  hostname: (text) =>
    text.length <= 255 && /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,62}\.)*[a-zA-Z0-9-]{0,63}$/.test(text),
  email: (text) => /^[^@\s]+@[^@\s]+$/.test(text),
  ipv4: isIPv4,
  ipv6: isIPv6,
  cidr: isCidr,
  mac: (text) => /^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$/.test(text),
  uuid: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
};

/** Whether a text has a format; formats the API server does not know are ignored, as there. */
export function hasFormat(text: string, format: string): boolean {
  return FORMATS[format]?.(text) ?? true;
}

// RFC 3339 §5.6
function isDateTime(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[-+]\d\d:\d\d)$/.test(text) &&
    !Number.isNaN(Date.parse(text.toUpperCase()))
  );
}

function isCidr(text: string): boolean {
  const [address = '', length = '', more] = text.split('/');
  const family = isIP(address);
  return (
    more === undefined &&
    family !== 0 &&
    /^\d{1,3}$/.test(length) &&
    Number(length) <= (family === 4 ? 32 : 128)
  );
}
