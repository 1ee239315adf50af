import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { AppError } from '../app-error.ts';
import type { Config } from '../config.ts';

/** Address of the platform, as far as cookies depend on it. */
type Address = Pick<Config, 'publicUrl'>;

interface Kept {
  readonly token: string;
  readonly expiresAt: Date;
}

/**
 * Returns the name of the session cookie. Over HTTPS it has the prefix `__Host-` (RFC 6265bis §4.1.3), so that no other host
 * can set it. Browsers refuse that prefix over plain HTTP, as a platform on loopback is used: the name then holds the port,
 * because cookies of one host are shared by all its ports.
 */
function cookieName(c: Context, { publicUrl }: Address): string {
  if (isHttps(publicUrl)) return '__Host-portolan';
  return `portolan-${new URL(c.req.url).port || '80'}`;
}

function isHttps(publicUrl: string | undefined): boolean {
  return publicUrl?.startsWith('https:') === true;
}

/** Sets the cookie that keeps a session until it expires. */
export function setSessionCookie(c: Context, address: Address, { token, expiresAt }: Kept): void {
  setCookie(c, cookieName(c, address), token, { ...attributesOf(address), expires: expiresAt });
}

/** Deletes the session cookie. */
export function deleteSessionCookie(c: Context, address: Address): void {
  setCookie(c, cookieName(c, address), '', { ...attributesOf(address), maxAge: 0 });
}

function attributesOf({ publicUrl }: Address) {
  return { path: '/', httpOnly: true, sameSite: 'Strict', secure: isHttps(publicUrl) } as const;
}

/**
 * Returns the `Authorization` header of a request or, without one, the session of its cookie in that form. A cookie counts only
 * in requests of the console's own pages.
 * @throws AppError `not-allowed` for requests that another origin caused.
 */
export function credentialOf(c: Context, address: Address): string | undefined {
  const header = c.req.header('authorization');
  if (header !== undefined) return header;
  const token = getCookie(c, cookieName(c, address));
  if (token === undefined) return undefined;
  requireSameOrigin(c);
  return `Bearer ${token}`;
}

/**
 * Requires that a page of this origin sent the request (OWASP: fetch metadata, else the `Origin` header). Other ports of one host
 * are the same site, to which `SameSite` does not apply, but not the same origin.
 * @throws AppError `not-allowed`.
 */
export function requireSameOrigin(c: Context): void {
  const site = c.req.header('sec-fetch-site');
  if (site === 'same-origin') return;
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
  if (site === 'none' && isRead) return;
  if (site === undefined && (isOwnOrigin(c) || (isRead && c.req.header('origin') === undefined))) return;
  throw new AppError('not-allowed', 'The request was sent by a page of another origin.', {
    fix: 'Open the console at the address of the platform and try again there.',
  });
}

function isOwnOrigin(c: Context): boolean {
  const origin = c.req.header('origin');
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === c.req.header('host');
}
