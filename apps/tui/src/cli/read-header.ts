import { usageFailure } from '@portolan/console/failure';

/** Returns name and value of a header field written as `Name: value`. */
export function readHeader(text: string): readonly [string, string] {
  const colon = text.indexOf(':');
  if (colon < 1) throw usageFailure(`"${text}" is not a header.`, 'Write it as "Accept: text/html".');
  return [text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim()];
}
