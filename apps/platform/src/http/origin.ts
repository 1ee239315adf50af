import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import type { Actor } from '../db/audit-chain.ts';
import type { UserPrincipal } from '../auth/authenticate-user.ts';
import type { Principal } from '../auth/authenticate.ts';

const ORIGINS: ReadonlySet<string> = new Set(['terminal', 'cli', 'desktop', 'web']);

/** Address of the other end, null when it cannot be told (a request not from a socket). */
export function remoteAddressOf(c: Context): string | null {
  try {
    return getConnInfo(c).remote.address ?? null;
  } catch {
    return null;
  }
}

/** What kind of client asks. What clients say of themselves is believed only from a known list. */
export function originOf(c: Context, fallback = 'api'): string {
  const claimed = c.req.header('portolan-origin') ?? '';
  return ORIGINS.has(claimed) ? claimed : fallback;
}

/** The acting user of APIs as the audit names them. */
export function userActorOf(c: Context, { user }: UserPrincipal): Actor {
  const remoteAddress = remoteAddressOf(c);
  return { kind: 'user', id: user.id, name: user.email, origin: originOf(c), remoteAddress };
}

/** The acting account as the audit names it. */
export function actorOf(c: Context, { account, token }: Principal): Actor {
  return {
    kind: 'account',
    id: account.id,
    name: account.email,
    origin: originOf(c, token.kind === 'personal' ? 'token' : 'api'),
    remoteAddress: remoteAddressOf(c),
  };
}
