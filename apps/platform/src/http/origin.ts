import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import type { Actor } from '../db/audit-chain.ts';
import type { UserPrincipal } from '../auth/authenticate-user.ts';
import type { Principal } from '../auth/authenticate.ts';

const ORIGINS: ReadonlySet<string> = new Set(['terminal', 'cli', 'desktop', 'web']);

/** Returns the remote address of a request; null when it did not arrive on a socket. */
export function remoteAddressOf(c: Context): string | null {
  try {
    return getConnInfo(c).remote.address ?? null;
  } catch {
    return null;
  }
}

/** Returns the kind of client: the claimed one if it is in the list of known kinds, else `fallback`. */
export function originOf(c: Context, fallback = 'api'): string {
  const claimed = c.req.header('portolan-origin') ?? '';
  return ORIGINS.has(claimed) ? claimed : fallback;
}

/** Returns the actor for a user in the audit log. */
export function userActorOf(c: Context, { user }: UserPrincipal): Actor {
  const remoteAddress = remoteAddressOf(c);
  return { kind: 'user', id: user.id, name: user.email, origin: originOf(c), remoteAddress };
}

/** Returns the actor for an account in the audit log. */
export function actorOf(c: Context, { account, token }: Principal): Actor {
  return {
    kind: 'account',
    id: account.id,
    name: account.email,
    origin: originOf(c, token.kind === 'personal' ? 'token' : 'api'),
    remoteAddress: remoteAddressOf(c),
  };
}
