import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import type { Actor } from '../audit/audit.ts';
import type { Principal } from '../access/authenticate.ts';

const ORIGINS: ReadonlySet<string> = new Set(['terminal', 'cli', 'desktop', 'web']);

/** Address of the other end, null when it cannot be told (a request not from a socket). */
export function remoteAddressOf(c: Context): string | null {
  try {
    return getConnInfo(c).remote.address ?? null;
  } catch {
    return null;
  }
}

/** The acting account as the audit names it. What clients say of themselves is believed only from a known list. */
export function actorOf(c: Context, principal: Principal): Actor {
  const claimed = c.req.header('portolan-origin') ?? '';
  const fallback = principal.token.kind === 'personal' ? 'token' : 'api';
  return {
    kind: 'account',
    id: principal.account.id,
    name: principal.account.email,
    origin: ORIGINS.has(claimed) ? claimed : fallback,
    remoteAddress: remoteAddressOf(c),
  };
}
