import { sign, verify, type KeyObject } from 'node:crypto';
import { SECRET_PREFIXES } from '@portolan/contract/secret-prefixes';

/**
 * What a ticket is good for: linking, or opening one tunnel, which is assigned to one broker. A broker that sees a ticket can
 * use it for nothing but what it was shown it for.
 */
export type TicketPurpose = 'link' | { readonly tunnelId: string };

interface Ticket {
  readonly credentialId: string;
  readonly signature: Buffer;
}

/** Returns a ticket as a bearer token: `ptc_<credential>.<Ed25519 signature of the purpose, base64url>`. */
export function signTicket(credentialId: string, privateKey: KeyObject, purpose: TicketPurpose): string {
  const signature = sign(null, textOf(credentialId, purpose), privateKey);
  return `${SECRET_PREFIXES.agentTicket}_${credentialId}.${signature.toString('base64url')}`;
}

/** Returns null if the text is no ticket. */
export function parseTicket(text: string): Ticket | null {
  const [, credentialId, signature] = FORM.exec(text) ?? [];
  if (credentialId === undefined || signature === undefined) return null;
  return { credentialId, signature: Buffer.from(signature, 'base64url') };
}

/** Returns whether the holder of the private key signed the ticket for that purpose. */
export function isTicketFor(ticket: Ticket, publicKey: KeyObject, purpose: TicketPurpose): boolean {
  return verify(null, textOf(ticket.credentialId, purpose), publicKey, ticket.signature);
}

const FORM = new RegExp(`^${SECRET_PREFIXES.agentTicket}_([\\w-]{1,64})\\.([\\w-]{86})$`);

function textOf(credentialId: string, purpose: TicketPurpose): Buffer {
  const what = purpose === 'link' ? 'link' : `tunnel ${purpose.tunnelId}`;
  return Buffer.from(`portolan agent ticket\n${credentialId}\n${what}`);
}
