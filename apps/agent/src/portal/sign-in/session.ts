import type { Portal } from '@portolan/resources/model/portal';
import { z } from 'zod';
import { authScope } from './external-sign-in.ts';
import type { Exchange } from '../../gateway/exchange/exchange.ts';
import { SealedCookie } from '../../gateway/auth/session-cookie.ts';

/** A caller that is signed in to one portal, in one browser. */
const sessionShape = z.object({
  id: z.string(),
  userId: z.string(),
  email: z.string(),
  name: z.string(),
  groups: z.array(z.string()),
  /** Of the platform's issuer, for the caller's own keys; null in a preview, and where users sign in elsewhere. */
  accessToken: z.string().nullable(),
  /** An administrator looks at the portal as this user: nothing can be changed or sent. */
  isPreview: z.boolean(),
});
export type Session = z.infer<typeof sessionShape>;

const loginShape = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
});
type PendingLogin = z.infer<typeof loginShape>;

/** As long as access tokens of the users' issuer. */
const SESSION_SECONDS = 12 * 3600;
/** For users of external providers, who are not asked again: rights stay as they were at sign-in. */
const EXTERNAL_SESSION_SECONDS = 3600;
const LOGIN_SECONDS = 600;

/** No other host can set a cookie of this prefix, and no page of this one that came over plain HTTP (RFC 6265bis §4.1.3.2). */
const SETTINGS = { secure: true, sameSite: 'lax', path: '/', domain: null } as const;

export interface PortalCookies {
  readonly session: SealedCookie<Session>;
  readonly login: SealedCookie<PendingLogin>;
}

/** Returns the cookies of a portal on one host; those of another portal or host cannot be read as these. */
export function portalCookies(
  secret: string,
  portal: Pick<Portal, 'source' | 'auth'>,
  host: string,
): PortalCookies {
  const scope = `${portal.source.key} ${host}${authScope(portal)}`;
  const common = { secret, scope, settings: SETTINGS };
  return {
    session: new SealedCookie({
      ...common,
      name: '__Host-portal',
      maxAgeSeconds: portal.auth.kind === 'platform' ? SESSION_SECONDS : EXTERNAL_SESSION_SECONDS,
      shape: sessionShape,
    }),
    login: new SealedCookie({
      ...common,
      name: '__Host-portal-login',
      maxAgeSeconds: LOGIN_SECONDS,
      shape: loginShape,
    }),
  };
}

/** Returns Set-Cookie fields. */
export function setCookies(cookies: readonly string[]): string[] {
  return cookies.flatMap((cookie) => ['Set-Cookie', cookie]);
}

/** Returns whether a browser keeps secure cookies of this origin: HTTPS, and this machine's own names (Secure Contexts §3.1). */
export function isSecureOrigin({ scheme, host }: Pick<Exchange, 'scheme' | 'host'>): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return scheme === 'https' || name === 'localhost' || name.endsWith('.localhost');
}
