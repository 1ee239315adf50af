import type { Exchange } from '../exchange/exchange.ts';
import { claimAt } from '@portolan/resources/claims/expression';

/** Sets each header from its claim; what the client sent under that name never gets through, whether the claim is there or not. */
export function forwardClaims(
  exchange: Exchange,
  headers: Readonly<Record<string, string>>,
  claims: unknown,
): void {
  for (const [header, claim] of Object.entries(headers)) {
    const value = headerText(claimAt(claims, claim));
    if (value === null) exchange.deleteRequestHeader(header);
    else exchange.setRequestHeader(header, value);
  }
}

/** Control characters could end the field and begin another (RFC 9110 §5.5). */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\0-\u0008\n-\u001f\u007f]/g;

/** Characters beyond Latin-1 travel as the bytes of their UTF-8 form. */
function headerText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = Array.isArray(value) ? value.map(plainText).join(',') : plainText(value);
  return Buffer.from(text, 'utf8').toString('latin1').replaceAll(CONTROL, ' ');
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
