import { fieldText } from '../http/header-list.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { claimAt } from '@portolan/resources/claims/claims-test';

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

function headerText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = Array.isArray(value) ? value.map(plainText).join(',') : plainText(value);
  return fieldText(text);
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
