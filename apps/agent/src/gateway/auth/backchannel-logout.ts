import { z } from 'zod';
import type { Exchange } from '../exchange/exchange.ts';
import { readBody } from '../exchange/read-body.ts';
import { emptyReply, type Reply } from '../http/reply.ts';
import type { SignedOut } from './stored-sessions.ts';

const FORM_BYTES_MAX = 64 * 1024;
/** Names a logout token as one (OpenID Connect Back-Channel Logout 1.0 §2.4). */
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

const logoutShape = z
  .object({
    iat: z.number(),
    sub: z.string().min(1).optional(),
    sid: z.string().min(1).optional(),
    events: z.looseObject({ [EVENT]: z.record(z.string(), z.unknown()) }),
    // Only ID tokens have one: without this check they would pass for logout tokens.
    nonce: z.undefined().optional(),
  })
  .refine(({ sub, sid }) => sub !== undefined || sid !== undefined);

export interface BackchannelLogoutParts {
  /** Checks signature, issuer, audience and time of a token. @throws Error naming what is wrong with it. */
  readonly verify: (token: string) => Promise<unknown>;
  readonly end: (signedOut: SignedOut) => Promise<void>;
  readonly needsSessionId: boolean;
  readonly log: (error: unknown, message: string) => void;
}

/**
 * Responds to a provider that signs a user out (OpenID Connect Back-Channel Logout 1.0 §2.5 to §2.8): 200 once the sessions have ended, 400
 * for a token that is not right, and where they could not be ended.
 */
export async function backchannelLogout(exchange: Exchange, parts: BackchannelLogoutParts): Promise<Reply> {
  const { verify, end, needsSessionId, log } = parts;
  const body = await readBody(exchange, FORM_BYTES_MAX);
  const token = body === null ? null : new URLSearchParams(body.toString('utf8')).get('logout_token');
  if (token === null || token === '') return refusal('The request carries no logout_token.');
  let claims: unknown;
  try {
    claims = await verify(token);
  } catch (error) {
    log(error, 'logout token was refused');
    return refusal('The logout token is not valid.');
  }
  const logout = logoutShape.safeParse(claims);
  if (!logout.success) return refusal('The token is not a logout token for a session or user.');
  const { sid = null, sub = null, iat } = logout.data;
  if (needsSessionId && sid === null) return refusal('The logout token names no session (sid).');
  try {
    await end({ sessionId: sid, subject: sub, at: iat });
  } catch (error) {
    log(error, 'sessions could not be ended');
    return refusal('The sessions could not be ended; try again.');
  }
  return emptyReply(200, ['Cache-Control', 'no-store']);
}

function refusal(error_description: string): Reply {
  return {
    status: 400,
    headers: ['Content-Type', 'application/json', 'Cache-Control', 'no-store'],
    body: JSON.stringify({ error: 'invalid_request', error_description }),
  };
}
