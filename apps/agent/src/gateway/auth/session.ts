import { z } from 'zod';
import type { Exchange } from '../exchange/exchange.ts';

export const sessionShape = z.object({
  claims: z.record(z.string(), z.unknown()),
  accessClaims: z.record(z.string(), z.unknown()).optional(),
  refreshToken: z.string().nullable(),
  expiresAt: z.number(),
  /** Of sessions of the middleware; times are seconds since the epoch. */
  id: z.string().optional(),
  endsAt: z.number().optional(),
  writtenAt: z.number().optional(),
  /** When the provider issued the first ID token, and what it calls the session (`sid`). */
  startedAt: z.number().optional(),
  providerSession: z.string().nullable().optional(),
});

/** Who is signed in, and until when without asking the provider. */
export type Session = z.infer<typeof sessionShape>;

/** Where sessions are kept: in cookies, or in a store with cookies that refer to it. */
export interface SessionPlace {
  read(exchange: Exchange): Promise<Session | null>;
  /** Returns the cookies of a session that lasts so many seconds; one that is not new may have ended, and then stays so. */
  write(session: Session, seconds: number, isNew: boolean): Promise<readonly string[]>;
  /** Returns the fields that delete the cookies of a request. */
  clear(exchange: Exchange): readonly string[] | Promise<readonly string[]>;
  namesIn(cookies: ReadonlyMap<string, string>): readonly string[];
}
